using System.Diagnostics.Metrics;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>
/// <c>embedplatform.search_cache.lookups</c> by outcome and cache: <c>query</c> (query embeddings), <c>result</c> (responses) and
/// <c>postings</c> (posting lists of all of a query's terms, in memory).
/// </summary>
internal static class SearchCacheMetrics
{
    private static readonly Meter Meter = new("EmbedPlatform.SearchCache");
    private static readonly Counter<long> Lookups = Meter.CreateCounter<long>(
        "embedplatform.search_cache.lookups",
        "{lookup}",
        "Cache lookups by outcome: hit or miss. A lookup without Redis is a miss."
    );

    public static void Query(bool hit) => Count("query", hit);

    public static void Result(bool hit) => Count("result", hit);

    /// <summary>Counts one lookup per query, a hit if all of its posting lists are cached.</summary>
    public static void Postings(bool hit) => Count("postings", hit);

    private static void Count(string cache, bool hit) => Lookups.Add(1, new("cache", cache), new("outcome", hit ? "hit" : "miss"));
}
