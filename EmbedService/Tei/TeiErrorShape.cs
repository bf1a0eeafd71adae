using EmbedPlatform.EmbedService.Failures;
using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.Tei;

/// <summary>
/// Failures as text-embeddings-inference tells them (router/src/http): <c>{error, error_type}</c>, with its statuses: 400 for nothing to embed,
/// 413 for too much, 422 for what cannot be read, 424 where the model cannot do it.
/// </summary>
internal sealed class TeiErrorShape : ErrorShape
{
    private static readonly string[] OlderFields = ["text", "texts", "input_type", "priority", "body"];

    /// <inheritdoc/>
    public override int Status(ProblemDetails problem) => (problem.Status ?? 500) switch
    {
        500 => StatusCodes.Status424FailedDependency,
        StatusCodes.Status400BadRequest => EmbedFailures.ReasonOf(problem) switch
        {
            EmbedFailures.Unable => StatusCodes.Status424FailedDependency,
            EmbedFailures.TooLong => StatusCodes.Status413PayloadTooLarge,
            _ => IsOlder(problem) || IsEmpty(problem) ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity,
        },
        var status => status,
    };

    /// <inheritdoc/>
    public override object Body(ProblemDetails problem) => new TeiFailure(Problems.MessageOf(problem), Status(problem) switch
    {
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => "Unauthorized",
        StatusCodes.Status424FailedDependency => "Backend",
        StatusCodes.Status429TooManyRequests => "Overloaded",
        >= 500 => "Unhealthy",
        _ => IsEmpty(problem) ? "Empty" : "Validation",
    });

    // The older servers share the route POST /embed; what they are told of their own fields is 400, as they were.
    private static bool IsOlder(ProblemDetails problem) =>
        EmbedFailures.FirstError(problem) is not { } first || OlderFields.Contains(first.Field.Split('[')[0]);

    private static bool IsEmpty(ProblemDetails problem) => EmbedFailures.FirstError(problem) is { Message: "must not be empty" };
}

/// <summary>A failure in TEI's words.</summary>
/// <param name="Error">What went wrong.</param>
/// <param name="ErrorType">What kind it is: Validation, Empty, Overloaded, Backend, Unhealthy, Unauthorized.</param>
internal sealed record TeiFailure(string Error, string ErrorType);
