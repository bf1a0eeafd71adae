using System.Globalization;
using EmbedPlatform.Client;
using EmbedPlatform.SearchApi.Documents;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace EmbedPlatform.SearchApi.Failures;

/// <summary>Turns what went wrong into problem+json: bad input names its field, an absent database is a 503 with Retry-After.</summary>
internal sealed class FailureHandler(IProblemDetailsService problems, ILogger<FailureHandler> log) : IExceptionHandler
{
    private static readonly TimeSpan DatabaseRetry = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        if (Translate(exception) is not { } failure)
        {
            return false;
        }

        if (failure.Status >= 500)
        {
            log.LogWarning("{Path}: {Detail} ({Cause})", context.Request.Path, failure.Message, exception.Message);
        }

        context.Response.StatusCode = failure.Status;
        if (failure.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = failure.Errors.Count > 0
                ? new HttpValidationProblemDetails(failure.Errors) { Status = failure.Status, Title = failure.Title, Detail = failure.Message }
                : new() { Status = failure.Status, Title = failure.Title, Detail = failure.Message },
        });
    }

    private static ApiException? Translate(Exception exception) => exception switch
    {
        ApiException api => api,
        UploadInterruptedException { InnerException: { } cause } upload => Interrupted(upload, cause),
        PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.UndefinedTable } =>
            ApiException.Unavailable("The collection was changed meanwhile.", DatabaseRetry),
        NpgsqlException npgsql when IsAbsence(npgsql) => ApiException.Unavailable("The database does not answer.", DatabaseRetry),
        TimeoutException => ApiException.Unavailable("The database does not answer.", DatabaseRetry),
        PlatformException { IsTransient: true } platform => ApiException.Unavailable(platform.Message, platform.RetryAfter),
        _ => null,
    };

    private static ApiException Interrupted(UploadInterruptedException upload, Exception cause)
    {
        var failure = Translate(cause);
        var status = failure?.Status ?? (cause as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status500InternalServerError;
        var reason = failure?.Message ?? (cause is BadHttpRequestException ? cause.Message : null);
        return new ApiException(status, failure?.Title ?? "The upload was interrupted.", reason is null ? upload.Account : $"{reason} {upload.Account}")
        {
            RetryAfter = failure?.RetryAfter,
        };
    }

    /// <summary>Whether the database is away or shutting down, rather than refusing a statement.</summary>
    private static bool IsAbsence(NpgsqlException failure) => failure switch
    {
        PostgresException server => server.IsTransient || server.SqlState is "57P01" or "57P02" or "57P03",
        _ => true,
    };
}
