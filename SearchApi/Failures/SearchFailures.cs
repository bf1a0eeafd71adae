using EmbedPlatform.Client;
using EmbedPlatform.ServiceDefaults.Http;
using Npgsql;

namespace EmbedPlatform.SearchApi.Failures;

/// <summary>
/// Which answers the exceptions of SearchApi are: what an absent database or model service throws is a 503 with Retry-After.
/// </summary>
internal static class SearchFailures
{
    private static readonly TimeSpan DatabaseRetry = TimeSpan.FromSeconds(2);

    /// <summary>Registers the answers.</summary>
    public static IServiceCollection AddSearchFailures(this IServiceCollection services) =>
        services.MapProblems(map => map.Map<Exception>(failure => Translate(failure)?.ToProblem()));

    private static ApiException? Translate(Exception exception) =>
        exception switch
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
        return new ApiException(
            status,
            failure?.Title ?? "The upload was interrupted.",
            reason is null ? upload.Account : $"{reason} {upload.Account}"
        )
        {
            RetryAfter = failure?.RetryAfter,
        };
    }

    // Away or shutting down, rather than refusing a statement.
    private static bool IsAbsence(NpgsqlException failure) =>
        failure switch
        {
            PostgresException server => server.IsTransient || server.SqlState is "57P01" or "57P02" or "57P03",
            _ => true,
        };
}
