using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>
/// The service's exceptions as problems. <c>reason</c> distinguishes, for programs and error shapes, problems of the same status.
/// </summary>
internal static class EmbeddingProblems
{
    public const string ReasonKey = "reason";
    public const string UnknownModel = "model_not_found";
    public const string TooLong = "text_too_long";
    public const string UnsupportedOutput = "missing_ability";

    public static void Map(ProblemMap map) =>
        map.Map<ModelNotServedException>(unknown => Problem(StatusCodes.Status404NotFound, "model", unknown.Message, UnknownModel))
            .Map<RequestRejectedException>(rejected =>
                Problem(
                    StatusCodes.Status400BadRequest,
                    rejected.Field,
                    rejected.Problem,
                    rejected.Reason switch
                    {
                        RejectionReason.TooLong => TooLong,
                        RejectionReason.UnsupportedOutput => UnsupportedOutput,
                        _ => null,
                    }
                )
            );

    public static string? ReasonOf(ProblemDetails problem) =>
        problem.Extensions.TryGetValue(ReasonKey, out var reason) ? reason as string : null;

    /// <summary>The first invalid field; null if the problem is not about a field.</summary>
    public static (string Field, string Message)? FirstError(ProblemDetails problem)
    {
        var errors = Problems.ErrorsOf(problem);
        return errors is null ? null : (errors.First().Key, errors.First().Value[0]);
    }

    private static IResult Problem(int status, string field, string message, string? reason)
    {
        var extensions = new Dictionary<string, object?> { ["errors"] = new Dictionary<string, string[]> { [field] = [message] } };
        if (reason is not null)
        {
            extensions[ReasonKey] = reason;
        }

        return TypedResults.Problem(
            status == StatusCodes.Status404NotFound ? message : $"{field}: {message}",
            title: status == StatusCodes.Status404NotFound ? null : FieldErrors.Title,
            statusCode: status,
            extensions: extensions
        );
    }
}
