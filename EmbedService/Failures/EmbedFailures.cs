using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.Failures;

/// <summary>What the service's exceptions are as problems. <c>reason</c> tells programs, and the error shapes, apart what a status alone does not.</summary>
internal static class EmbedFailures
{
    public const string ReasonKey = "reason";
    public const string UnknownModel = "model_not_found";
    public const string TooLong = "text_too_long";
    public const string Unable = "missing_ability";

    public static void Map(ProblemMap map) => map
        .Map<ModelNotServedException>(unknown => Problem(StatusCodes.Status404NotFound, "model", unknown.Message, UnknownModel))
        .Map<RefusedRequestException>(refused => Problem(StatusCodes.Status400BadRequest, refused.Field, refused.Wrong, refused.Reason switch
        {
            RefusedFor.Length => TooLong,
            RefusedFor.Ability => Unable,
            _ => null,
        }));

    /// <summary>Why it failed, where the status does not say it.</summary>
    public static string? ReasonOf(ProblemDetails problem) => problem.Extensions.TryGetValue(ReasonKey, out var reason) ? reason as string : null;

    /// <summary>The first wrong field and what is wrong with it; null where no field is.</summary>
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
            title: status == StatusCodes.Status404NotFound ? null : "The request is not valid.",
            statusCode: status,
            extensions: extensions);
    }
}
