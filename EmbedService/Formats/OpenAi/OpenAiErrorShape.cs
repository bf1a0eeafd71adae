using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.Formats.OpenAi;

/// <summary>
/// Errors in OpenAI's form (platform.openai.com/docs/guides/error-codes): <c>{"error": {message, type, param, code}}</c>.
/// </summary>
internal sealed class OpenAiErrorShape : ErrorShape
{
    public override object Body(ProblemDetails problem)
    {
        var (type, code) = (problem.Status ?? 500) switch
        {
            StatusCodes.Status401Unauthorized => ("invalid_request_error", "invalid_api_key"),
            StatusCodes.Status403Forbidden => ("invalid_request_error", "insufficient_permissions"),
            StatusCodes.Status429TooManyRequests => ("rate_limit_error", "rate_limit_exceeded"),
            StatusCodes.Status503ServiceUnavailable => ("server_error", "service_unavailable"),
            StatusCodes.Status504GatewayTimeout => ("server_error", "timeout"),
            >= 500 => ("server_error", (string?)null),
            _ => ("invalid_request_error", Code(problem)),
        };
        return new OpenAiFailure(new OpenAiError(Problems.MessageOf(problem), type, EmbeddingProblems.FirstError(problem)?.Field, code));
    }

    private static string? Code(ProblemDetails problem) =>
        EmbeddingProblems.ReasonOf(problem) switch
        {
            EmbeddingProblems.UnknownModel => "model_not_found",
            EmbeddingProblems.TooLong => "context_length_exceeded",
            _ => null,
        };
}

internal sealed record OpenAiFailure(OpenAiError Error);

/// <summary>Fields without a value are null rather than absent, as OpenAI's are.</summary>
/// <param name="Param">The invalid field of the request.</param>
internal sealed record OpenAiError(
    string Message,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Param,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Code
);
