namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>A well-formed request that the model cannot serve.</summary>
/// <param name="field">The path of the field in the body.</param>
internal sealed class RequestRejectedException(string field, string message, RejectionReason reason) : Exception($"{field}: {message}")
{
    public string Field { get; } = field;

    /// <summary>The message without the field.</summary>
    public string Problem { get; } = message;

    public RejectionReason Reason { get; } = reason;
}

/// <summary>Wire formats have statuses and codes of their own for these.</summary>
internal enum RejectionReason
{
    /// <summary>A text has more tokens than the model takes.</summary>
    TooLong,

    /// <summary>Anything else about the texts: no tokens, an unknown id.</summary>
    InvalidText,

    /// <summary>The model does not compute a requested output.</summary>
    UnsupportedOutput,

    /// <summary>An option is outside the model's range.</summary>
    OutOfRange,
}
