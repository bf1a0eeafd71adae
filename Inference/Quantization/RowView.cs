namespace EmbedPlatform.Inference.Quantization;

/// <summary>A value as a matrix with a row for each token: what [batch, tokens, width] is without its outer axes.</summary>
/// <param name="Name">The matrix's name in the graph.</param>
/// <param name="Origin">A value with the outer axes that this one would have.</param>
/// <param name="IsPositive">Whether no number in it is ever below 0.</param>
internal sealed record RowView(string Name, string Origin, bool IsPositive = false);
