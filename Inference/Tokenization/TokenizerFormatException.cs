namespace EmbedPlatform.Inference.Tokenization;

/// <summary>A tokenizer.json is invalid or uses an unsupported feature. The message names the field.</summary>
public sealed class TokenizerFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The error, naming the field.</param>
    /// <param name="inner">The cause, if any.</param>
    public TokenizerFormatException(string message, Exception? inner = null)
        : base($"tokenizer.json: {message}", inner) { }

    internal static TokenizerFormatException Unsupported(string part, string? type) =>
        new($"{part} type '{type ?? "(none)"}' is not supported");
}
