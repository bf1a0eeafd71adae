namespace EmbedPlatform.Inference.Tokenization;

/// <summary>How a text with more tokens than the limit is handled.</summary>
public enum Truncation
{
    /// <summary>The end of the text is cut; the result is marked as truncated.</summary>
    Right,

    /// <summary>The beginning of the text is cut; the result is marked as truncated.</summary>
    Left,

    /// <summary>The request is rejected.</summary>
    Error,
}
