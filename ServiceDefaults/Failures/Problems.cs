using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.ServiceDefaults.Failures;

/// <summary>The problems (RFC 9457) that routes answer with.</summary>
public static class Problems
{
    /// <summary>400: one field of the request is wrong.</summary>
    /// <param name="field">The path of the field in the body, such as <c>documents[3].text</c>.</param>
    /// <param name="message">What is wrong with it, such as <c>must not be blank</c>.</param>
    public static ValidationProblem Invalid(string field, string message) => new FieldErrors().Add(field, message).ToProblem();

    /// <summary>404: there is no such thing.</summary>
    /// <param name="detail">What there is none of.</param>
    public static ProblemHttpResult NotFound(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);

    /// <summary>429: the queue is full; nothing of the request was taken.</summary>
    /// <param name="retryAfter">When there will be room.</param>
    /// <param name="detail">What is full.</param>
    public static RetryableProblem Busy(TimeSpan retryAfter, string detail) => new(StatusCodes.Status429TooManyRequests, retryAfter, detail);

    /// <summary>503: something the request needs is away.</summary>
    /// <param name="retryAfter">When to try again.</param>
    /// <param name="detail">What is away.</param>
    public static RetryableProblem Unavailable(TimeSpan retryAfter, string detail) => new(StatusCodes.Status503ServiceUnavailable, retryAfter, detail);

    /// <summary>504: the caller's deadline passed.</summary>
    /// <param name="detail">What was not done in time.</param>
    public static ProblemHttpResult TooLate(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status504GatewayTimeout);

    /// <summary>What a problem says in one line.</summary>
    /// <param name="problem">The problem.</param>
    public static string MessageOf(ProblemDetails problem) => problem.Detail ?? problem.Title ?? "The request failed.";

    /// <summary>What is wrong with a request, by field; null where no field is.</summary>
    /// <param name="problem">The problem.</param>
    public static IDictionary<string, string[]>? ErrorsOf(ProblemDetails problem)
    {
        var errors = problem is HttpValidationProblemDetails { Errors: var invalid } && invalid.Count > 0 ? invalid
            : problem.Extensions.TryGetValue("errors", out var extension) ? extension as IDictionary<string, string[]> : null;
        return errors is { Count: > 0 } ? errors : null;
    }
}
