using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Browsing;
using EmbedPlatform.SearchApi.Search.Paging;
using EmbedPlatform.SearchApi.Search.Ranking;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Answers search requests from a kept ranking, from the cache, or by a new search.</summary>
internal sealed class SearchService(
    CollectionService collections,
    SearchPlanner planner,
    FusionPlanner fusion,
    Ranker ranker,
    SearchResponseFactory responses,
    PageService pages,
    Browser browser,
    BrowsePages browsePages,
    ResultCache cache
)
{
    /// <exception cref="Failures.ApiException">
    /// 400: the request is invalid; 404: no such collection; 410: the cursor has expired; 503: no leg could run.
    /// </exception>
    public async Task<SearchResponse> SearchAsync(string name, SearchRequest request, CancellationToken cancellationToken)
    {
        var collection = await collections.RequireAsync(name, cancellationToken);
        return await SearchAsync(collection, request, Plan(request, collection), cancellationToken);
    }

    /// <summary>Validates a request. The plan is null for a further page of a kept ranking, which needs none.</summary>
    /// <exception cref="Failures.ApiException">400 with every invalid field.</exception>
    public SearchPlan? Plan(SearchRequest request, CollectionRecord collection) =>
        request.Cursor is null ? planner.Plan(request, collection) : null;

    /// <summary>Answers a validated request.</summary>
    /// <exception cref="Failures.ApiException">400 or 410: the cursor is invalid or has expired; 503: no leg could run.</exception>
    public async Task<SearchResponse> SearchAsync(
        CollectionRecord collection,
        SearchRequest request,
        SearchPlan? plan,
        CancellationToken cancellationToken
    )
    {
        if (plan is null)
        {
            return BrowseCursors.Read(request.Cursor!) is { } listing
                ? await browsePages.NextAsync(collection, request, listing, cancellationToken)
                : await pages.NextAsync(collection, request, cancellationToken);
        }

        var start = Stopwatch.GetTimestamp();
        plan = await fusion.DecideAsync(plan, collection, cancellationToken);
        return cache.CanCache(plan)
            ? await CachedAsync(collection, plan, request, start, cancellationToken)
            : await ExecuteAsync(collection, plan, request, cancellationToken);
    }

    private async Task<SearchResponse> CachedAsync(
        CollectionRecord collection,
        SearchPlan plan,
        SearchRequest request,
        long start,
        CancellationToken cancellationToken
    )
    {
        // The version was read with the collection, before the search: a cached response is never older than its version.
        var key = cache.Key(collection, SearchPlanner.Normalise(request, plan), plan.Fusion);
        var found = await cache.FindAsync(key, cancellationToken);
        SearchCacheMetrics.Result(found is not null);
        if (found is { } known)
        {
            var total = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3);
            return known with { Metadata = known.Metadata with { Cached = true, Timings = known.Metadata.Timings with { Total = total } } };
        }

        var response = await ExecuteAsync(collection, plan, request, cancellationToken);
        cache.Keep(key, response);
        return response;
    }

    private async Task<SearchResponse> ExecuteAsync(
        CollectionRecord collection,
        SearchPlan plan,
        SearchRequest request,
        CancellationToken cancellationToken
    )
    {
        if (plan.Browse is not null)
        {
            return await browser.BrowseAsync(collection, plan, request, null, cancellationToken);
        }

        var start = Stopwatch.GetTimestamp();
        var ranking = await ranker.RankAsync(collection, plan, start, cancellationToken);
        return await responses.CreateAsync(collection, plan, ranking, start, cancellationToken);
    }
}
