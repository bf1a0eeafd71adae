namespace EmbedPlatform.Inference.Tokenization;

/// <summary>A tokenizer.json is broken, or asks for something that is not supported. The message names the field.</summary>
public sealed class TokenizerFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, naming the field.</param>
    /// <param name="inner">What caused it, if anything did.</param>
    public TokenizerFormatException(string message, Exception? inner = null)
        : base($"tokenizer.json: {message}", inner) { }

    internal static TokenizerFormatException Unsupported(string part, string? type) =>
        new($"{part} type '{type ?? "(none)"}' is not supported");
}
