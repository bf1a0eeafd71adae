using System.Net;
using System.Net.Sockets;

namespace EmbedPlatform.ServiceDefaults.Calls;

/// <summary>What came of one attempt.</summary>
/// <param name="Result">What it says of the replica.</param>
/// <param name="Response">The answer, if one came.</param>
/// <param name="Failure">What was thrown, if no answer came.</param>
/// <param name="MayRepeat">Whether the same request may be sent again: nobody worked on it, or working on it twice does no harm.</param>
/// <param name="RetryAfter">When the replica wants to be asked again, if it said so.</param>
internal sealed record CallOutcome(AttemptResult Result, HttpResponseMessage? Response, Exception? Failure, bool MayRepeat, TimeSpan? RetryAfter = null)
{
    /// <summary>An answer. Only 429 and 503 that say when to come back may be repeated: whoever says so did not begin to work.</summary>
    public static CallOutcome Of(HttpResponseMessage response, DateTimeOffset now)
    {
        var retryAfter = RetryAfterOf(response, now);
        return response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => new(AttemptResult.Busy, response, null, retryAfter is not null, retryAfter),
            HttpStatusCode.ServiceUnavailable => new(AttemptResult.Unready, response, null, retryAfter is not null, retryAfter),
            _ => new(AttemptResult.Answered, response, null, MayRepeat: false),
        };
    }

    /// <summary>No answer. A connection that did not come about may be tried again; one that broke, where the request may be worked on twice.</summary>
    public static CallOutcome Of(Exception failure, bool repeatable)
    {
        var outcome = failure switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => Lost(mayRepeat: true),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Lost(mayRepeat: false),
            // A connection that does not come about in time is told by what is inside.
            OperationCanceledException { InnerException: TimeoutException } => Lost(mayRepeat: true),
            HttpRequestException broken when IsBrokenConnection(broken) => Lost(mayRepeat: repeatable),
            IOException => Lost(mayRepeat: repeatable),
            // An answer that breaks the rules of HTTP or is too long comes from somebody who lives.
            _ => new(AttemptResult.Answered, null, null, MayRepeat: false),
        };
        return outcome with { Failure = failure };
    }

    private static CallOutcome Lost(bool mayRepeat) => new(AttemptResult.Unanswered, null, null, mayRepeat);

    private static bool IsBrokenConnection(HttpRequestException failure) =>
        failure.HttpRequestError == HttpRequestError.ResponseEnded || failure.InnerException is IOException or SocketException;

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };
}
