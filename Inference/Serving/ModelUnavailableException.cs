namespace EmbedPlatform.Inference.Serving;

/// <summary>A model that is served cannot be had at the moment: it is still loading, failed to load, or there is no room for it in memory.</summary>
/// <param name="message">Why, in one sentence for people.</param>
/// <param name="retryAfter">When to try again.</param>
/// <param name="inner">What failed.</param>
public sealed class ModelUnavailableException(string message, TimeSpan retryAfter, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>When to try again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>A smaller model serves in place of the default.</summary>
/// <param name="Model">The fallback's id.</param>
/// <param name="Reason">Why.</param>
/// <param name="RetryAt">When the default is tried again.</param>
public sealed record FallbackState(string Model, string Reason, DateTimeOffset RetryAt);
