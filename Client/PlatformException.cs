using System.Net;

namespace EmbedPlatform.Client;

/// <summary>A service refused a request or did not respond. Carries the fields of its problem+json body.</summary>
/// <param name="message">The problem's detail or title.</param>
/// <param name="status">The HTTP status; null without a response.</param>
/// <param name="errors">Messages by field, if the service named fields.</param>
/// <param name="retryAfter">The delay before a retry, if the service sent one.</param>
/// <param name="inner">The cause.</param>
public sealed class PlatformException(
    string message,
    HttpStatusCode? status = null,
    IReadOnlyDictionary<string, string[]>? errors = null,
    TimeSpan? retryAfter = null,
    Exception? inner = null
) : Exception(message, inner)
{
    /// <summary>The HTTP status; null without a response.</summary>
    public HttpStatusCode? Status { get; } = status;

    /// <summary>Messages by field, if the service named fields.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; } = errors ?? new Dictionary<string, string[]>();

    /// <summary>The delay before a retry, if the service sent one.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether a later retry may succeed: no response, 429 or 503.</summary>
    public bool IsTransient =>
        Status is null or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
