namespace EmbedPlatform.Inference.Execution.Running;

/// <summary>
/// Weights per token to weights per different token, as BGE-M3's authors do it (FlagEmbedding, M3Embedder): special tokens and weights that
/// are not above 0 are left out; of a token that comes more than once the greatest weight counts.
/// </summary>
internal static class TokenWeights
{
    /// <param name="output">The model's output.</param>
    /// <param name="shape">[texts, tokens] or [texts, tokens, 1].</param>
    /// <param name="batch">The texts.</param>
    /// <param name="row">The text that is read.</param>
    /// <param name="columns">The tokens of a row, padding included.</param>
    /// <param name="isSpecial">Which ids stand for no text.</param>
    /// <exception cref="ModelOutputException">A weight is NaN or infinity.</exception>
    public static SparseEmbedding Read(
        ReadOnlySpan<float> output,
        ReadOnlySpan<long> shape,
        IReadOnlyList<EncodedText> batch,
        int row,
        int columns,
        Func<int, bool> isSpecial
    )
    {
        if (shape.Length is < 2 or > 3 || shape[0] != batch.Count || shape[1] != columns || (shape.Length == 3 && shape[2] != 1))
        {
            throw new InvalidOperationException(
                $"The model's token weights are [{string.Join(", ", shape.ToArray())}] "
                    + $"for {batch.Count} texts of {columns} tokens, which does not fit."
            );
        }

        var ids = batch[row].Ids;
        var weights = output.Slice(row * columns, ids.Length);
        var greatest = new SortedDictionary<int, float>();
        for (var i = 0; i < ids.Length; i++)
        {
            if (!float.IsFinite(weights[i]))
            {
                throw new ModelOutputException(row, "contains NaN or infinity");
            }

            if (weights[i] > 0 && !isSpecial(ids[i]) && weights[i] > greatest.GetValueOrDefault(ids[i]))
            {
                greatest[ids[i]] = weights[i];
            }
        }

        return new SparseEmbedding([.. greatest.Keys], [.. greatest.Values]);
    }
}
