namespace EmbedPlatform.Inference.ModelPools;

/// <summary>A served model is not available at the moment: it is still loading, failed to load, or does not fit into memory.</summary>
/// <param name="message">The reason, as a sentence for people.</param>
/// <param name="retryAfter">When to try again.</param>
/// <param name="inner">The failure.</param>
public sealed class ModelUnavailableException(string message, TimeSpan retryAfter, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>When to try again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>The fallback serves in place of the default.</summary>
/// <param name="Model">The fallback's id.</param>
/// <param name="Reason">Why.</param>
/// <param name="RetryAt">When loading the default is retried.</param>
public sealed record FallbackState(string Model, string Reason, DateTimeOffset RetryAt);
