namespace EmbedPlatform.Inference.Execution;

/// <summary>A text, or a pair, as the model reads it.</summary>
/// <param name="Ids">The token ids, special tokens included, not padded.</param>
/// <param name="TypeIds">The segment of each token, or null where all are 0: most texts, and a large request is half as large without them.</param>
/// <param name="TotalTokens">How many tokens there were before truncation.</param>
/// <param name="Truncated">Whether tokens were cut off.</param>
internal sealed record EncodedText(int[] Ids, int[]? TypeIds, int TotalTokens, bool Truncated)
{
    public int Length => Ids.Length;

    /// <summary>Which outputs the caller wants of it.</summary>
    public EmbeddingOutputs Outputs { get; init; } = EmbeddingOutputs.Dense;

    /// <summary>Whether the dense vector is brought to length 1; null: as the model was trained.</summary>
    public bool? Normalize { get; init; }
}
