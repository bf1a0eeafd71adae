using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>
/// Limits the rerank depth to what the reranker can score within half of its timeout. On few cores, a large cross-encoder takes seconds
/// for a depth that a small one scores in a tenth of a second; a smaller depth is better than a timeout.
/// </summary>
internal sealed class RerankDepthEstimator(IOptions<SearchOptions> options)
{
    private const int MinCandidates = 10;
    private const double Memory = 0.7;

    // Milliseconds per candidate; 0 until the first measurement.
    private double _cost;

    /// <summary>The affordable depth, at most <paramref name="max"/>.</summary>
    public int DepthUpTo(int max)
    {
        var cost = Volatile.Read(ref _cost);
        var affordable = cost > 0 ? options.Value.RerankTimeout.TotalMilliseconds / 2 / cost : max;
        return affordable >= max ? max : Math.Max((int)affordable, Math.Min(MinCandidates, max));
    }

    /// <summary>Records the time for a number of candidates, or the wait before a timeout.</summary>
    public void Record(int candidates, TimeSpan time)
    {
        if (candidates >= MinCandidates)
        {
            var (cost, now) = (Volatile.Read(ref _cost), time.TotalMilliseconds / candidates);
            Volatile.Write(ref _cost, cost > 0 ? (Memory * cost) + ((1 - Memory) * now) : now);
        }
    }
}
