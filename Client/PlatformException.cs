using System.Net;

namespace EmbedPlatform.Client;

/// <summary>A service refused a request or could not answer; carries what its problem+json body said.</summary>
/// <param name="message">The problem's detail or title.</param>
/// <param name="status">The HTTP status; null where no answer came.</param>
/// <param name="errors">Messages by field, where the service named fields.</param>
/// <param name="retryAfter">When to try again, where the service said so.</param>
/// <param name="inner">The cause.</param>
public sealed class PlatformException(
    string message,
    HttpStatusCode? status = null,
    IReadOnlyDictionary<string, string[]>? errors = null,
    TimeSpan? retryAfter = null,
    Exception? inner = null
) : Exception(message, inner)
{
    /// <summary>The HTTP status; null where no answer came.</summary>
    public HttpStatusCode? Status { get; } = status;

    /// <summary>Messages by field, where the service named fields.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; } = errors ?? new Dictionary<string, string[]>();

    /// <summary>When to try again, where the service said so.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether trying again later may help: no answer, 429 or 503.</summary>
    public bool IsTransient =>
        Status is null or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
