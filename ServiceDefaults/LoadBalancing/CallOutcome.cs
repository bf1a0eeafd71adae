using System.Net;
using System.Net.Sockets;

namespace EmbedPlatform.ServiceDefaults.LoadBalancing;

/// <summary>The outcome of one attempt.</summary>
/// <param name="Response">Null if no answer came.</param>
/// <param name="Failure">Null if an answer came.</param>
/// <param name="CanRetry">Whether a retry is safe: the request was not processed, or may be processed twice.</param>
/// <param name="RetryAfter">The answer's <c>Retry-After</c>.</param>
internal sealed record CallOutcome(
    AttemptResult Result,
    HttpResponseMessage? Response,
    Exception? Failure,
    bool CanRetry,
    TimeSpan? RetryAfter = null
)
{
    /// <summary>429 and 503 can be retried only with <c>Retry-After</c>, which means that processing did not start.</summary>
    public static CallOutcome From(HttpResponseMessage response, DateTimeOffset now)
    {
        var retryAfter = RetryAfterOf(response, now);
        return response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => new(AttemptResult.Busy, response, null, retryAfter is not null, retryAfter),
            HttpStatusCode.ServiceUnavailable => new(AttemptResult.Unavailable, response, null, retryAfter is not null, retryAfter),
            _ => new(AttemptResult.Answered, response, null, CanRetry: false),
        };
    }

    /// <summary>A failed connect can be retried; a broken connection only if the request may be processed twice.</summary>
    public static CallOutcome From(Exception failure, bool repeatable)
    {
        var outcome = failure switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => Lost(
                canRetry: true
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Lost(canRetry: false),
            // A connect timeout shows only in the inner exception.
            OperationCanceledException { InnerException: TimeoutException } => Lost(canRetry: true),
            HttpRequestException broken when IsBrokenConnection(broken) => Lost(canRetry: repeatable),
            IOException => Lost(canRetry: repeatable),
            // An invalid or oversized HTTP response still proves that the replica is alive.
            _ => new(AttemptResult.Answered, null, null, CanRetry: false),
        };
        return outcome with { Failure = failure };
    }

    private static CallOutcome Lost(bool canRetry) => new(AttemptResult.Unanswered, null, null, canRetry);

    private static bool IsBrokenConnection(HttpRequestException failure) =>
        failure.HttpRequestError == HttpRequestError.ResponseEnded || failure.InnerException is IOException or SocketException;

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response, DateTimeOffset now) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
            _ => null,
        };
}
