using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>What each leg counts: with fusion by scores, what a standard deviation of it does.</summary>
internal sealed record FusionWeights(double Lexical, double Dense, double Rerank);

/// <summary>How legs are fused, and what each counts.</summary>
/// <param name="Mode">By scores or by reciprocal ranks.</param>
/// <param name="RankConstant">The k of reciprocal ranks.</param>
/// <param name="Weights">What each leg counts.</param>
internal sealed record FusionRule(FusionMode Mode, int RankConstant, FusionWeights Weights)
{
    /// <summary>What the weights are from, in words.</summary>
    public string Source { get; init; } = "";
}

/// <summary>
/// Score-weighted fusion: each leg's scores are normalised inside the pool to z = (score - mean) / deviation, weighted and added.
/// A candidate without a score in a leg counts as that leg's mean; a leg whose scores are all equal says nothing. Or reciprocal rank fusion: weight / (k + rank) of each leg that found the candidate by itself.
/// </summary>
internal static class Fusion
{
    /// <summary>Scores a pool from BM25 and vectors and returns it best first.</summary>
    public static List<Candidate> Fuse(IReadOnlyCollection<Candidate> pool, FusionRule rule)
    {
        Contribute(pool, candidate => candidate.Lexical, rule.Weights.Lexical, rule);
        Contribute(pool, candidate => candidate.Dense, rule.Weights.Dense, rule);
        foreach (var candidate in pool)
        {
            candidate.Score = candidate.Lexical.Contribution + candidate.Dense.Contribution;
        }

        return Sort(pool);
    }

    /// <summary>Orders a pool by one leg's own scores.</summary>
    public static List<Candidate> Single(IReadOnlyCollection<Candidate> pool, Func<Candidate, Leg> leg)
    {
        foreach (var candidate in pool)
        {
            candidate.Score = leg(candidate).Contribution = leg(candidate).Score ?? 0;
        }

        return Sort(pool);
    }

    /// <summary>Orders a pool as one leg found it: what was cut from it at another depth is its beginning or its continuation.</summary>
    public static List<Candidate> AsFound(IReadOnlyCollection<Candidate> pool, Func<Candidate, Leg> leg)
    {
        foreach (var candidate in pool)
        {
            candidate.Score = leg(candidate).Contribution = leg(candidate).Score ?? 0;
        }

        return [.. pool.OrderBy(candidate => leg(candidate).Rank)];
    }

    /// <summary>
    /// Adds the reranker's scores to a fused pool, all legs normalised over what it saw, so that the weights mean the same for each. What it did not see stays behind what it saw, in the fused order: its depth was a
    /// decision about cost, and a candidate below it must not win because its rivals were looked at more closely.
    /// </summary>
    /// <param name="fused">The pool, best first; the first ones have a rerank score.</param>
    /// <param name="rule">The rule with a reranker.</param>
    public static List<Candidate> AddRerank(List<Candidate> fused, FusionRule rule)
    {
        var seen = fused.Where(candidate => candidate.Rerank.Score is not null).ToList();
        var rest = fused.Where(candidate => candidate.Rerank.Score is null).ToList();
        Contribute(seen, candidate => candidate.Lexical, rule.Weights.Lexical, rule);
        Contribute(seen, candidate => candidate.Dense, rule.Weights.Dense, rule);
        Contribute(seen, candidate => candidate.Rerank, rule.Weights.Rerank, rule);
        foreach (var candidate in seen)
        {
            candidate.Score = candidate.Lexical.Contribution + candidate.Dense.Contribution + candidate.Rerank.Contribution;
        }

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

    private static void Contribute(IReadOnlyCollection<Candidate> pool, Func<Candidate, Leg> leg, double weight, FusionRule rule)
    {
        if (rule.Mode == FusionMode.Score)
        {
            Normalise(pool, leg, weight);
            return;
        }

        foreach (var candidate in pool)
        {
            leg(candidate).Contribution = leg(candidate).Rank is { } rank ? weight / (rule.RankConstant + rank) : 0;
        }
    }

    private static void Normalise(IReadOnlyCollection<Candidate> pool, Func<Candidate, Leg> leg, double weight)
    {
        var scores = pool.Select(candidate => leg(candidate).Score).OfType<double>().ToList();
        var mean = scores.Count == 0 ? 0 : scores.Average();
        var deviation = scores.Count == 0 ? 0 : Math.Sqrt(scores.Average(score => (score - mean) * (score - mean)));
        foreach (var candidate in pool)
        {
            // Equal scores differ by rounding at most.
            leg(candidate).Contribution =
                leg(candidate).Score is { } score && deviation > 1e-9 * Math.Max(1, Math.Abs(mean))
                    ? weight * (score - mean) / deviation
                    : 0;
        }
    }
}
