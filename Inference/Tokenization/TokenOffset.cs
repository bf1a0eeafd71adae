namespace EmbedPlatform.Inference.Tokenization;

/// <summary>Where a token lies in the text it came from, in UTF-16 positions.</summary>
/// <param name="Start">The first character.</param>
/// <param name="End">One past the last character; equal to <paramref name="Start"/> for a token that no character of the text made.</param>
public readonly record struct TokenOffset(int Start, int End);
