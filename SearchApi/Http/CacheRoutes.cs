using EmbedPlatform.SearchApi.Search;
using EmbedPlatform.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.SearchApi.Http;

/// <summary>The result of a flush.</summary>
/// <param name="Removed">The number of removed values.</param>
internal sealed record FlushResult(long Removed);

/// <summary><c>/api/v1/caches</c>.</summary>
internal static class CacheRoutes
{
    public static IEndpointRouteBuilder MapCaches(this IEndpointRouteBuilder routes)
    {
        routes
            .MapDelete("/api/v1/caches", Flush)
            .WithTags("Service")
            .WithName("FlushCaches")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Flushes the caches in Redis: search results, query embeddings and text embeddings")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return routes;
    }

    private static async Task<Ok<FlushResult>> Flush(CacheFlusher flusher, CancellationToken cancellationToken) =>
        TypedResults.Ok(new FlushResult(await flusher.FlushAsync(cancellationToken)));
}
