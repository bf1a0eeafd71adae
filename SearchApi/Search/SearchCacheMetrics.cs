using System.Diagnostics.Metrics;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>What the caches of searches do: <c>embedplatform.search_cache.lookups</c> by cache (query: embeddings; result: answers;
/// postings: the lists of all words of a query, in memory) and outcome.</summary>
internal static class SearchCacheMetrics
{
    private static readonly Meter Meter = new("EmbedPlatform.SearchCache");
    private static readonly Counter<long> Lookups = Meter.CreateCounter<long>(
        "embedplatform.search_cache.lookups",
        "{lookup}",
        "Cache lookups by outcome: hit or miss. A lookup without Redis is a miss."
    );

    /// <summary>Counts a look for a query's embedding.</summary>
    public static void Query(bool hit) => Count("query", hit);

    /// <summary>Counts a look for an answer.</summary>
    public static void Result(bool hit) => Count("result", hit);

    /// <summary>Counts a query whose words' lists were looked for in memory.</summary>
    public static void Postings(bool hit) => Count("postings", hit);

    private static void Count(string cache, bool hit) => Lookups.Add(1, new("cache", cache), new("outcome", hit ? "hit" : "miss"));
}
