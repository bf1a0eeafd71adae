using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Paging;
using EmbedPlatform.SearchApi.Search.Ranking;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Answers search requests: from a kept ranking, from the cache, or by a new search.</summary>
internal sealed class SearchService(
    CollectionService collections,
    SearchPlanner planner,
    FusionPlanner fusion,
    HybridRetriever retriever,
    Ranker ranker,
    SearchResponseFactory responses,
    PageService pages,
    ResultCache cache
)
{
    /// <summary>Searches a collection.</summary>
    /// <exception cref="Failures.ApiException">400 for a wrong request, 404 without the collection, 410 for a cursor that expired, 503
    /// where nothing can be searched.</exception>
    public async Task<SearchResponse> SearchAsync(string name, SearchRequest request, CancellationToken cancellationToken)
    {
        var collection = await collections.RequireAsync(name, cancellationToken);
        return await SearchAsync(collection, request, Plan(request, collection), cancellationToken);
    }

    /// <summary>Checks a request. The plan is null for a further page of a kept ranking, which needs none.</summary>
    /// <exception cref="Failures.ApiException">400 that names every wrong field.</exception>
    public SearchPlan? Plan(SearchRequest request, CollectionRecord collection) =>
        request.Cursor is null ? planner.Plan(request, collection) : null;

    /// <summary>Answers a request that was checked already.</summary>
    /// <exception cref="Failures.ApiException">400 or 410 for a wrong cursor, 503 where nothing can be searched.</exception>
    public async Task<SearchResponse> SearchAsync(
        CollectionRecord collection,
        SearchRequest request,
        SearchPlan? plan,
        CancellationToken cancellationToken
    )
    {
        if (plan is null)
        {
            return await pages.NextAsync(collection, request, cancellationToken);
        }

        var start = Stopwatch.GetTimestamp();
        plan = await fusion.DecideAsync(plan, collection, cancellationToken);
        return cache.Takes(plan)
            ? await CachedAsync(collection, plan, request, start, cancellationToken)
            : await ExecuteAsync(collection, plan, cancellationToken);
    }

    private async Task<SearchResponse> CachedAsync(
        CollectionRecord collection,
        SearchPlan plan,
        SearchRequest request,
        long start,
        CancellationToken cancellationToken
    )
    {
        // The version was read with the collection, before anything is searched: a cached response is never older than its version.
        var key = cache.Key(collection, SearchPlanner.Normalise(request, plan), plan.Fusion);
        var found = await cache.FindAsync(key, cancellationToken);
        SearchCacheMetrics.Result(found is not null);
        if (found is { } known)
        {
            var total = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3);
            return known with { Metadata = known.Metadata with { Cached = true, Timings = known.Metadata.Timings with { Total = total } } };
        }

        var response = await ExecuteAsync(collection, plan, cancellationToken);
        cache.Keep(key, response);
        return response;
    }

    private async Task<SearchResponse> ExecuteAsync(CollectionRecord collection, SearchPlan plan, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var found = await retriever.RetrieveAsync(collection, plan, cancellationToken);
        var ranking = await ranker.RankAsync(collection, plan, found, cancellationToken);
        return await responses.CreateAsync(collection, plan, ranking, start, cancellationToken);
    }
}
