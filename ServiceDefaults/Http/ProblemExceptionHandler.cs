using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ServiceDefaults.Http;

internal sealed class ProblemExceptionHandler(IOptions<ProblemMap> map, ILogger<ProblemExceptionHandler> log) : IExceptionHandler
{
    internal const string ContentTypeMessage = "The content type of the body must be application/json, in UTF-8.";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var answer = exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } => JsonProblem.Describe(json).ToProblem(),
            JsonException json => JsonProblem.Describe(json).ToProblem(),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TypedResults.Problem(
                statusCode: StatusCodes.Status413PayloadTooLarge
            ),
            BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => TypedResults.Problem(
                ContentTypeMessage,
                statusCode: StatusCodes.Status415UnsupportedMediaType
            ),
            BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => TypedResults.Problem(
                "The body arrived too slowly (options Limits:MinBodyBytesPerSecond and Limits:BodyGraceSeconds).",
                statusCode: StatusCodes.Status408RequestTimeout
            ),
            BadHttpRequestException bad when bad.Message.Contains("body", StringComparison.OrdinalIgnoreCase) => Problems.Invalid(
                "body",
                "must be a JSON object"
            ),
            BadHttpRequestException bad => TypedResults.Problem(bad.Message, statusCode: bad.StatusCode),
            InvalidHeaderException header => Problems.Invalid(header.Header, header.Problem),
            _ => map.Value.Find(exception),
        };

        if (answer is null)
        {
            return false;
        }

        // The framework does not log handled exceptions; server errors belong in the log.
        if (answer is IStatusCodeHttpResult { StatusCode: >= 500 and var status })
        {
            log.LogWarning("{Path}: {Status}: {Failure}", httpContext.Request.Path, status, exception.Message);
        }

        await answer.ExecuteAsync(httpContext);
        return true;
    }
}
