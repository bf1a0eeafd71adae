namespace EmbedPlatform.Inference.Execution;

/// <summary>A text, or a pair, as the model reads it.</summary>
/// <param name="Ids">The token ids, special tokens included, not padded.</param>
/// <param name="TypeIds">
/// The segment of each token, or null if all are 0, which is true of most texts and halves the memory of a large request.
/// </param>
/// <param name="TotalTokens">The number of tokens before truncation.</param>
/// <param name="Truncated">Whether tokens were cut off.</param>
internal sealed record EncodedText(int[] Ids, int[]? TypeIds, int TotalTokens, bool Truncated)
{
    public int Length => Ids.Length;

    /// <summary>The requested outputs.</summary>
    public EmbeddingOutputs Outputs { get; init; } = EmbeddingOutputs.Dense;

    /// <summary>Whether the dense vector is normalised to length 1; null for what the model was trained with.</summary>
    public bool? Normalize { get; init; }
}
