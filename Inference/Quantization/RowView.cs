namespace EmbedPlatform.Inference.Quantization;

/// <summary>A value as a matrix with one row per token: [batch, tokens, width] flattened to [batch · tokens, width].</summary>
/// <param name="Name">The matrix's name in the graph.</param>
/// <param name="Origin">A value with the outer axes that this one would have.</param>
/// <param name="IsPositive">Whether its values are never negative.</param>
internal sealed record RowView(string Name, string Origin, bool IsPositive = false);
