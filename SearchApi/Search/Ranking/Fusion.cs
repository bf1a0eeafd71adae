using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Search.Legs;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>A rule of fusion.</summary>
/// <param name="Mode">By scores or by reciprocal ranks.</param>
/// <param name="RankConstant">The k of reciprocal ranks.</param>
/// <param name="Weights">The weight of each leg: with fusion by scores, of one standard deviation.</param>
/// <param name="Source">The origin of the weights, in words.</param>
internal sealed record FusionRule(FusionMode Mode, int RankConstant, LegWeights Weights, string Source);

/// <summary>
/// Score-weighted fusion: each leg's scores are normalised inside the pool to z = (score - mean) / deviation, weighted and added.
/// A candidate without a score in a leg counts as that leg's mean; a leg whose scores are all equal says nothing. Or reciprocal rank
/// fusion: weight / (k + rank) of each leg that found the candidate by itself.
/// </summary>
internal static class Fusion
{
    /// <summary>Fuses the legs that found the pool, and returns it best first.</summary>
    public static List<Candidate> Fuse(IReadOnlyCollection<Candidate> pool, FusionRule rule)
    {
        Score(pool, SearchLegs.Retrieving, rule);
        return Sort(pool);
    }

    /// <summary>Orders a pool as its only leg found it: a pool of another depth is a prefix or a continuation.</summary>
    public static List<Candidate> AsFound(IReadOnlyCollection<Candidate> pool, SearchLeg leg)
    {
        foreach (var candidate in pool)
        {
            candidate.Score = candidate[leg].Contribution = candidate[leg].Score ?? 0;
        }

        return [.. pool.OrderBy(candidate => candidate[leg].Rank)];
    }

    /// <summary>
    /// Adds the reranker's scores to a fused pool, all legs normalised over what it saw, so that the weights mean the same for each. What
    /// it did not see stays behind what it saw, in the fused order: its depth was a
    /// decision about cost, and a candidate below it must not win because its rivals were looked at more closely.
    /// </summary>
    /// <param name="fused">The pool, best first; the first ones have a rerank score.</param>
    /// <param name="rule">The rule with a reranker.</param>
    public static List<Candidate> AddRerank(List<Candidate> fused, FusionRule rule)
    {
        var seen = fused.Where(candidate => candidate[SearchLeg.Rerank].Score is not null).ToList();
        var rest = fused.Where(candidate => candidate[SearchLeg.Rerank].Score is null).ToList();
        Score(seen, SearchLegs.All, rule);
        var ordered = Sort(seen);
        if (rest.Count > 0 && ordered.Count > 0)
        {
            var shift = ordered[^1].Score - rest[0].Score;
            foreach (var candidate in rest)
            {
                candidate.Score += Math.Min(shift, 0);
            }
        }

        return [.. ordered, .. rest];
    }

    private static List<Candidate> Sort(IEnumerable<Candidate> pool) =>
        [.. pool.OrderByDescending(candidate => candidate.Score).ThenBy(candidate => candidate.DocumentId)];

    private static void Score(IReadOnlyCollection<Candidate> pool, IReadOnlyList<SearchLeg> legs, FusionRule rule)
    {
        foreach (var leg in legs)
        {
            var weight = rule.Weights[leg] ?? 0;
            if (rule.Mode == FusionMode.Score)
            {
                Normalise(pool, leg, weight);
                continue;
            }

            foreach (var candidate in pool)
            {
                candidate[leg].Contribution = candidate[leg].Rank is { } rank ? weight / (rule.RankConstant + rank) : 0;
            }
        }

        foreach (var candidate in pool)
        {
            candidate.Score = legs.Sum(leg => candidate[leg].Contribution);
        }
    }

    private static void Normalise(IReadOnlyCollection<Candidate> pool, SearchLeg leg, double weight)
    {
        var scores = pool.Select(candidate => candidate[leg].Score).OfType<double>().ToList();
        var mean = scores.Count == 0 ? 0 : scores.Average();
        var deviation = scores.Count == 0 ? 0 : Math.Sqrt(scores.Average(score => (score - mean) * (score - mean)));
        foreach (var candidate in pool)
        {
            // Equal scores differ by rounding at most.
            candidate[leg].Contribution =
                candidate[leg].Score is { } score && deviation > 1e-9 * Math.Max(1, Math.Abs(mean))
                    ? weight * (score - mean) / deviation
                    : 0;
        }
    }
}
