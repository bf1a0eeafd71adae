using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Failures;
using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.OpenAi;

/// <summary>Failures as OpenAI tells them (platform.openai.com/docs/guides/error-codes): <c>{"error": {message, type, param, code}}</c>.</summary>
internal sealed class OpenAiErrorShape : ErrorShape
{
    /// <inheritdoc/>
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
        return new OpenAiFailure(new OpenAiError(Problems.MessageOf(problem), type, EmbedFailures.FirstError(problem)?.Field, code));
    }

    private static string? Code(ProblemDetails problem) => EmbedFailures.ReasonOf(problem) switch
    {
        EmbedFailures.UnknownModel => "model_not_found",
        EmbedFailures.TooLong => "context_length_exceeded",
        _ => null,
    };
}

/// <summary>A failure in OpenAI's words.</summary>
/// <param name="Error">What went wrong.</param>
internal sealed record OpenAiFailure(OpenAiError Error);

/// <summary>What went wrong. Fields without a value are null rather than absent, as OpenAI's are.</summary>
/// <param name="Message">In a sentence.</param>
/// <param name="Type">Whose fault it is.</param>
/// <param name="Param">The wrong field of the request.</param>
/// <param name="Code">What programs look at.</param>
internal sealed record OpenAiError(
    string Message,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Param,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Code);
