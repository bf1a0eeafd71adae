using System.Numerics.Tensors;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Execution.Running;

/// <summary>Model output to embeddings.</summary>
internal static class TokenPooling
{
    /// <summary>Pools [texts, tokens, dimension], or takes [texts, dimension] where the graph pools.</summary>
    /// <exception cref="ModelOutputException">A vector contains NaN or infinity, or is the zero vector.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The pooling is unknown.</exception>
    public static float[][] Pool(
        ReadOnlySpan<float> output,
        ReadOnlySpan<long> shape,
        IReadOnlyList<EncodedText> batch,
        Pooling mode,
        bool normalize
    )
    {
        if (shape.Length != (mode == Pooling.None ? 2 : 3) || shape[0] != batch.Count)
        {
            throw new InvalidOperationException(
                $"The model's output is [{string.Join(", ", shape.ToArray())}] for {batch.Count} texts, which does not fit pooling {mode}."
            );
        }

        var dimension = (int)shape[^1];
        var rowLength = output.Length / batch.Count;
        var vectors = new float[batch.Count][];
        for (var row = 0; row < batch.Count; row++)
        {
            var tokens = output.Slice(row * rowLength, rowLength);
            var count = Math.Min(batch[row].Length, rowLength / dimension);
            var vector = mode switch
            {
                Pooling.Mean => Mean(tokens, count, dimension),
                Pooling.Last => tokens.Slice((count - 1) * dimension, dimension).ToArray(),
                Pooling.Cls or Pooling.None => tokens[..dimension].ToArray(),
                _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "The pooling is unknown."),
            };
            Finish(vector, row, batch[row].Normalize ?? normalize);
            vectors[row] = vector;
        }

        return vectors;
    }

    /// <summary>
    /// The first numbers of a vector, brought to length 1 where the model normalises (Matryoshka representation learning,
    /// arXiv:2205.13147).
    /// </summary>
    /// <exception cref="ModelOutputException">They are all 0.</exception>
    public static float[] Cut(float[] vector, int dimensions, bool normalize, int row)
    {
        if (dimensions == vector.Length)
        {
            return vector;
        }

        var cut = vector[..dimensions];
        Finish(cut, row, normalize);
        return cut;
    }

    private static float[] Mean(ReadOnlySpan<float> tokens, int count, int dimension)
    {
        var sum = new float[dimension];
        for (var token = 0; token < count; token++)
        {
            TensorPrimitives.Add(sum, tokens.Slice(token * dimension, dimension), sum);
        }

        TensorPrimitives.Divide(sum, count, sum);
        return sum;
    }

    private static void Finish(float[] vector, int row, bool normalize)
    {
        var norm = TensorPrimitives.Norm<float>(vector);
        if (!float.IsFinite(norm))
        {
            throw new ModelOutputException(row, "contains NaN or infinity");
        }

        if (normalize)
        {
            if (norm == 0)
            {
                throw new ModelOutputException(row, "is the zero vector, which has no direction");
            }

            TensorPrimitives.Divide(vector, norm, vector);
        }
    }
}
