using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Search.Legs;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>A fusion method with its parameters.</summary>
/// <param name="RankConstant">The k of reciprocal rank fusion.</param>
/// <param name="Weights">The weight of each leg; in fusion by scores, per standard deviation.</param>
/// <param name="Source">The origin of the weights, in words.</param>
internal sealed record FusionRule(FusionMode Mode, int RankConstant, LegWeights Weights, string Source);

/// <summary>
/// Score fusion: each leg's scores are normalised within the pool to z = (score - mean) / deviation, weighted and added. A candidate
/// without a score in a leg counts as that leg's mean, and a leg whose scores are all equal contributes nothing. Reciprocal rank
/// fusion: the sum of weight / (k + rank) over the legs that retrieved the candidate.
/// </summary>
internal static class Fusion
{
    /// <summary>Fuses the retrieving legs; returns the pool best first.</summary>
    public static List<Candidate> Fuse(IReadOnlyCollection<Candidate> pool, FusionRule rule)
    {
        Score(pool, SearchLegs.Retrieving, rule);
        return Sort(pool);
    }

    /// <summary>Keeps the order of the pool's only leg, so that a pool of another depth is a prefix or a continuation.</summary>
    public static List<Candidate> AsFound(IReadOnlyCollection<Candidate> pool, SearchLeg leg)
    {
        foreach (var candidate in pool)
        {
            candidate.Score = candidate[leg].Contribution = candidate[leg].Score ?? 0;
        }

        return [.. pool.OrderBy(candidate => candidate[leg].Rank)];
    }

    /// <summary>
    /// Adds the reranker's scores to a fused pool. All legs are normalised over the reranked candidates, so that a weight means the same
    /// in each. The other candidates follow in their fused order: the depth is a cost limit, and a candidate below it must not win
    /// because its rivals were examined more closely.
    /// </summary>
    /// <param name="fused">The pool, best first; the first candidates have a rerank score.</param>
    /// <param name="rule">The rule with a reranker.</param>
    public static List<Candidate> AddRerank(List<Candidate> fused, FusionRule rule)
    {
        var seen = fused.Where(candidate => candidate[SearchLeg.Rerank].Score is not null).ToList();
        var rest = fused.Where(candidate => candidate[SearchLeg.Rerank].Score is null).ToList();
        Score(seen, SearchLegs.All, rule);
        return [.. Sort(seen), .. rest];
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
            // Scores that are equal in theory can differ by rounding.
            candidate[leg].Contribution =
                candidate[leg].Score is { } score && deviation > 1e-9 * Math.Max(1, Math.Abs(mean))
                    ? weight * (score - mean) / deviation
                    : 0;
        }
    }
}
