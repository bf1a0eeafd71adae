using System.Diagnostics.Metrics;

namespace EmbedPlatform.SearchApi.Search.Reads;

/// <summary><c>embedplatform.search_reads</c> by outcome, if there are standbys.</summary>
internal static class SearchReadMetrics
{
    private static readonly Meter Meter = new("EmbedPlatform.SearchReads");
    private static readonly Counter<long> Reads = Meter.CreateCounter<long>(
        "embedplatform.search_reads",
        "{read}",
        "Batches of statements of searches by outcome: standby; or on the primary, because the standby was stale or failed."
    );

    public static void Standby() => Count("standby");

    public static void Stale() => Count("stale");

    public static void Failed() => Count("failed");

    private static void Count(string outcome) => Reads.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
