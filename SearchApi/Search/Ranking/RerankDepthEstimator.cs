using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>
/// How many candidates the reranker manages in time. A large cross-encoder on few cores takes seconds for what a small one does in a tenth
/// of one:
/// where the usual depth would take longer than half of the patience, fewer candidates are reranked, rather than none.
/// </summary>
internal sealed class RerankDepthEstimator(IOptions<SearchOptions> options)
{
    private const int Least = 10;
    private const double Memory = 0.7;

    // Milliseconds per candidate; 0 before anything is known.
    private double _cost;

    /// <summary>The depth where neither request nor collection says it: so many at most.</summary>
    public int DepthUpTo(int most)
    {
        var cost = Volatile.Read(ref _cost);
        var affordable = cost > 0 ? options.Value.RerankTimeout.TotalMilliseconds / 2 / cost : most;
        return affordable >= most ? most : Math.Max((int)affordable, Math.Min(Least, most));
    }

    /// <summary>Notes how long a number of candidates took, or how long was waited for them in vain.</summary>
    public void Note(int candidates, TimeSpan time)
    {
        if (candidates >= Least)
        {
            var (cost, now) = (Volatile.Read(ref _cost), time.TotalMilliseconds / candidates);
            Volatile.Write(ref _cost, cost > 0 ? (Memory * cost) + ((1 - Memory) * now) : now);
        }
    }
}
