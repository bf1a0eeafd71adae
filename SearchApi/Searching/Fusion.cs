namespace EmbedPlatform.SearchApi.Searching;

/// <summary>A document that is considered for an answer.</summary>
internal sealed class Candidate(long documentId)
{
    /// <summary>The document's row.</summary>
    public long DocumentId { get; } = documentId;

    /// <summary>Its best chunk, where the dense leg scored it.</summary>
    public long? ChunkId { get; set; }

    /// <summary>What BM25 says.</summary>
    public Leg Lexical { get; } = new();

    /// <summary>What the vectors say.</summary>
    public Leg Dense { get; } = new();

    /// <summary>What the reranker says.</summary>
    public Leg Rerank { get; } = new();

    /// <summary>The fused score.</summary>
    public double Score { get; set; }
}

/// <summary>One leg's view of a candidate.</summary>
internal sealed class Leg
{
    /// <summary>The rank in this leg, from 1, where it found the document by itself.</summary>
    public int? Rank { get; set; }

    /// <summary>The leg's own score; null where it has none.</summary>
    public double? Score { get; set; }

    /// <summary>What it adds to the fused score.</summary>
    public double Contribution { get; set; }
}

/// <summary>
/// Score-weighted fusion: each leg's scores are normalised inside the pool to z = (score - mean) / deviation, weighted and added.
/// A candidate without a score in a leg counts as that leg's mean; a leg whose scores are all equal says nothing.
/// </summary>
internal static class Fusion
{
    /// <summary>Scores a pool from BM25 and vectors and returns it best first.</summary>
    public static List<Candidate> Fuse(IReadOnlyCollection<Candidate> pool, FusionWeights weights)
    {
        Normalise(pool, candidate => candidate.Lexical, weights.Lexical);
        Normalise(pool, candidate => candidate.Dense, weights.Dense);
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

    /// <summary>
    /// Adds the reranker's scores to a fused pool, all legs normalised over what it saw, so that the weights mean the same for each. What it did not see stays behind what it saw, in the fused order: its depth was a
    /// decision about cost, and a candidate below it must not win because its rivals were looked at more closely.
    /// </summary>
    /// <param name="fused">The pool, best first; the first ones have a rerank score.</param>
    /// <param name="weights">The weights with a reranker.</param>
    public static List<Candidate> AddRerank(List<Candidate> fused, FusionWeights weights)
    {
        var seen = fused.Where(candidate => candidate.Rerank.Score is not null).ToList();
        var rest = fused.Where(candidate => candidate.Rerank.Score is null).ToList();
        Normalise(seen, candidate => candidate.Lexical, weights.Lexical);
        Normalise(seen, candidate => candidate.Dense, weights.Dense);
        Normalise(seen, candidate => candidate.Rerank, weights.Rerank);
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

    private static void Normalise(IReadOnlyCollection<Candidate> pool, Func<Candidate, Leg> leg, double weight)
    {
        var scores = pool.Select(candidate => leg(candidate).Score).OfType<double>().ToList();
        var mean = scores.Count == 0 ? 0 : scores.Average();
        var deviation = scores.Count == 0 ? 0 : Math.Sqrt(scores.Average(score => (score - mean) * (score - mean)));
        foreach (var candidate in pool)
        {
            // Equal scores differ by rounding at most.
            leg(candidate).Contribution = leg(candidate).Score is { } score && deviation > 1e-9 * Math.Max(1, Math.Abs(mean))
                ? weight * (score - mean) / deviation
                : 0;
        }
    }
}
