namespace EmbedPlatform.Inference.Tokenization;

/// <summary>The position of a token in its text, in UTF-16 units.</summary>
/// <param name="Start">The first character.</param>
/// <param name="End">One past the last character; equal to <paramref name="Start"/> for a token without characters of the text.</param>
public readonly record struct TokenOffset(int Start, int End);
