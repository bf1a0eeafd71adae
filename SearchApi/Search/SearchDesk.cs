using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Paging;
using EmbedPlatform.SearchApi.Search.Ranking;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Takes search requests: checks them, finds the collection, and hands on what is a first or a further page.</summary>
internal sealed class SearchDesk(
    CollectionService collections, SearchPlanner planner, FusionPlanner fusion, SearchService search, PageService pages, ResultCache cache)
{
    /// <summary>Searches a collection.</summary>
    /// <exception cref="Failures.ApiException">400 for a wrong request, 404 without the collection, 410 for a cursor that expired, 503 where nothing can be searched.</exception>
    public async Task<SearchResponse> SearchAsync(string name, SearchRequest? request, CancellationToken cancellationToken)
    {
        if (request?.Cursor is not null)
        {
            return await pages.NextAsync(await collections.RequireAsync(name, cancellationToken), request, cancellationToken);
        }

        var start = Stopwatch.GetTimestamp();
        var collection = await collections.RequireAsync(name, cancellationToken);
        var plan = await fusion.DecideAsync(planner.Plan(request, collection), collection, cancellationToken);
        return cache.Takes(plan)
            ? await CachedAsync(collection, plan, request!, start, cancellationToken)
            : await search.SearchAsync(collection, plan, cancellationToken);
    }

    private async Task<SearchResponse> CachedAsync(
        CollectionRow collection, SearchPlan plan, SearchRequest request, long start, CancellationToken cancellationToken)
    {
        // The version was read with the collection, before anything is searched: what is kept under it is never older than it.
        var key = cache.Key(collection, SearchPlanner.Normalise(request, plan), plan.Fusion);
        var found = await cache.FindAsync(key, cancellationToken);
        SearchCacheMetrics.Result(found is not null);
        if (found is { } known)
        {
            var total = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3);
            return known with { Metadata = known.Metadata with { Cached = true, Timings = known.Metadata.Timings with { Total = total } } };
        }

        var answer = await search.SearchAsync(collection, plan, cancellationToken);
        cache.Keep(key, answer);
        return answer;
    }
}
