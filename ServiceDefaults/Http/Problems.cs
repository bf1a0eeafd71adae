using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>The problems (RFC 9457) that routes answer with.</summary>
public static class Problems
{
    /// <summary>400 with one invalid field.</summary>
    public static ValidationProblem Invalid(string field, string message) => new FieldErrors().Add(field, message).ToProblem();

    /// <summary>404.</summary>
    public static ProblemHttpResult NotFound(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);

    /// <summary>429: a queue or limit is full, and nothing of the request was admitted.</summary>
    public static RetryableProblem Busy(TimeSpan retryAfter, string detail) =>
        new(StatusCodes.Status429TooManyRequests, retryAfter, detail);

    /// <summary>503: a dependency of the request is down.</summary>
    public static RetryableProblem Unavailable(TimeSpan retryAfter, string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, retryAfter, detail);

    /// <summary>504: the deadline passed.</summary>
    public static ProblemHttpResult TooLate(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status504GatewayTimeout);

    /// <summary>The problem in one line.</summary>
    public static string MessageOf(ProblemDetails problem) => problem.Detail ?? problem.Title ?? "The request failed.";

    /// <summary>The invalid fields; null if there are none.</summary>
    public static IDictionary<string, string[]>? ErrorsOf(ProblemDetails problem)
    {
        var errors =
            problem is HttpValidationProblemDetails { Errors: var invalid } && invalid.Count > 0 ? invalid
            : problem.Extensions.TryGetValue("errors", out var extension) ? extension as IDictionary<string, string[]>
            : null;
        return errors is { Count: > 0 } ? errors : null;
    }
}
