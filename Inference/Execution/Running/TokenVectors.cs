using System.Numerics.Tensors;

namespace EmbedPlatform.Inference.Execution.Running;

/// <summary>
/// One vector per token for late interaction. The start token has none (FlagEmbedding, M3Embedder): exports either leave it out of the
/// graph's output or include a vector that is dropped here. Each is normalised to length 1, which changes nothing if the graph already did
/// it.
/// </summary>
internal static class TokenVectors
{
    /// <param name="output">The model's output.</param>
    /// <param name="shape">[texts, tokens - 1, width], or [texts, tokens, width] with the start token.</param>
    /// <param name="batch">The texts.</param>
    /// <param name="row">The text that is read.</param>
    /// <param name="columns">The tokens of a row, padding included.</param>
    /// <exception cref="ModelOutputException">A vector holds NaN or infinity.</exception>
    public static float[][] Read(
        ReadOnlySpan<float> output,
        ReadOnlySpan<long> shape,
        IReadOnlyList<EncodedText> batch,
        int row,
        int columns
    )
    {
        if (shape.Length != 3 || shape[0] != batch.Count || (shape[1] != columns && shape[1] != columns - 1))
        {
            throw Misshapen(shape, batch.Count, columns);
        }

        var (rows, width) = ((int)shape[1], (int)shape[2]);
        var first = rows == columns ? 1 : 0;
        var vectors = new float[Math.Max(0, batch[row].Length - 1)][];
        for (var token = 0; token < vectors.Length; token++)
        {
            var vector = Vector(output, (row * rows) + token + first, width, row, out var norm);
            if (norm > 0)
            {
                TensorPrimitives.Divide(vector, norm, vector);
            }

            vectors[token] = vector;
        }

        return vectors;
    }

    /// <summary>The vector of every token of a text as the model gives it.</summary>
    /// <param name="output">The model's output.</param>
    /// <param name="shape">[texts, tokens, width].</param>
    /// <param name="batch">The texts.</param>
    /// <param name="row">The text that is read.</param>
    /// <param name="columns">The tokens of a row, padding included.</param>
    /// <exception cref="ModelOutputException">A vector holds NaN or infinity.</exception>
    public static float[][] ReadRaw(
        ReadOnlySpan<float> output,
        ReadOnlySpan<long> shape,
        IReadOnlyList<EncodedText> batch,
        int row,
        int columns
    )
    {
        if (shape.Length != 3 || shape[0] != batch.Count || shape[1] != columns)
        {
            throw Misshapen(shape, batch.Count, columns);
        }

        var vectors = new float[batch[row].Length][];
        for (var token = 0; token < vectors.Length; token++)
        {
            vectors[token] = Vector(output, (row * columns) + token, (int)shape[2], row, out _);
        }

        return vectors;
    }

    private static float[] Vector(ReadOnlySpan<float> output, int at, int width, int row, out float norm)
    {
        var vector = output.Slice(at * width, width).ToArray();
        norm = TensorPrimitives.Norm<float>(vector);
        return float.IsFinite(norm) ? vector : throw new ModelOutputException(row, "contains NaN or infinity");
    }

    private static InvalidOperationException Misshapen(ReadOnlySpan<long> shape, int texts, int columns) =>
        new(
            $"The model's token vectors are [{string.Join(", ", shape.ToArray())}] "
                + $"for {texts} texts of {columns} tokens, which does not fit."
        );
}
