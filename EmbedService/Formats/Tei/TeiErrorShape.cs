using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.Formats.Tei;

/// <summary>
/// Errors of text-embeddings-inference (router/src/http): <c>{error, error_type}</c>, with its statuses: 400 for an empty input, 413 for
/// too many tokens, 422 for an invalid body, 424 for an output that the model does not compute.
/// </summary>
internal class TeiErrorShape : ErrorShape
{
    public override int Status(ProblemDetails problem) =>
        (problem.Status ?? 500) switch
        {
            500 => StatusCodes.Status424FailedDependency,
            StatusCodes.Status400BadRequest => EmbeddingProblems.ReasonOf(problem) switch
            {
                EmbeddingProblems.UnsupportedOutput => StatusCodes.Status424FailedDependency,
                EmbeddingProblems.TooLong => StatusCodes.Status413PayloadTooLarge,
                _ => IsBadRequest(EmbeddingProblems.FirstError(problem)?.Field) || IsEmpty(problem)
                    ? StatusCodes.Status400BadRequest
                    : StatusCodes.Status422UnprocessableEntity,
            },
            var status => status,
        };

    public override object Body(ProblemDetails problem) =>
        new TeiFailure(
            Problems.MessageOf(problem),
            Status(problem) switch
            {
                StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => "Unauthorized",
                StatusCodes.Status424FailedDependency => "Backend",
                StatusCodes.Status429TooManyRequests => "Overloaded",
                >= 500 => "Unhealthy",
                _ => IsEmpty(problem) ? "Empty" : "Validation",
            }
        );

    /// <summary>Whether an error in this field is 400 rather than 422.</summary>
    protected virtual bool IsBadRequest(string? field) => field is null or "body";

    private static bool IsEmpty(ProblemDetails problem) => EmbeddingProblems.FirstError(problem) is { Message: "must not be empty" };
}

/// <param name="ErrorType">Validation, Empty, Overloaded, Backend, Unhealthy or Unauthorized.</param>
internal sealed record TeiFailure(string Error, string ErrorType);
