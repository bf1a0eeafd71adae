using EmbedPlatform.Client;
using EmbedPlatform.ServiceDefaults.Http;
using Npgsql;

namespace EmbedPlatform.SearchApi.Failures;

/// <summary>Maps SearchApi's exceptions to responses: an unreachable database or model service is a 503 with Retry-After.</summary>
internal static class SearchFailures
{
    private static readonly TimeSpan DatabaseRetry = TimeSpan.FromSeconds(2);

    public static IServiceCollection AddSearchFailures(this IServiceCollection services) =>
        services.MapProblems(map => map.Map<Exception>(failure => Translate(failure)?.ToProblem()));

    private static ApiException? Translate(Exception exception) =>
        exception switch
        {
            ApiException api => api,
            UploadInterruptedException { InnerException: { } cause } upload => Interrupted(upload, cause),
            PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.UndefinedTable } =>
                ApiException.Unavailable("The collection was changed concurrently.", DatabaseRetry),
            NpgsqlException npgsql when IsAbsence(npgsql) => ApiException.Unavailable("The database does not respond.", DatabaseRetry),
            TimeoutException => ApiException.Unavailable("The database does not respond.", DatabaseRetry),
            PlatformException { IsTransient: true } platform => ApiException.Unavailable(platform.Message, platform.RetryAfter),
            _ => null,
        };

    private static ApiException Interrupted(UploadInterruptedException upload, Exception cause)
    {
        var failure = Translate(cause);
        var status = failure?.Status ?? (cause as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status500InternalServerError;
        var reason = failure?.Message ?? (cause is BadHttpRequestException ? cause.Message : null);
        return new ApiException(
            status,
            failure?.Title ?? "The upload was interrupted.",
            reason is null ? upload.Account : $"{reason} {upload.Account}"
        )
        {
            RetryAfter = failure?.RetryAfter,
        };
    }

    // Unreachable or shutting down, as opposed to rejecting a statement.
    private static bool IsAbsence(NpgsqlException failure) =>
        failure switch
        {
            PostgresException server => server.IsTransient
                // Ending, starting, or no longer the primary.
                || server.SqlState is "57P01" or "57P02" or "57P03" or "57P04" or "57P05" or PostgresErrorCodes.ReadOnlySqlTransaction,
            _ => true,
        };
}
