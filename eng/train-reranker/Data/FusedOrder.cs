namespace EmbedPlatform.TrainReranker.Data;

/// <summary>Rankings by SearchApi's fusion of scores: z inside what was seen, weighted and added.</summary>
internal static class FusedOrder
{
    /// <summary>(score - mean) / deviation; 0 without a score.</summary>
    public static double[] Standard(IReadOnlyList<double?> scores)
    {
        var known = scores.OfType<double>().ToArray();
        var mean = known.Length == 0 ? 0 : known.Average();
        var deviation = known.Length == 0 ? 0 : Math.Sqrt(known.Average(score => (score - mean) * (score - mean)));
        return
        [
            .. scores.Select(score =>
                score is { } value && deviation > 1e-9 * Math.Max(1, Math.Abs(mean)) ? (value - mean) / deviation : 0
            ),
        ];
    }

    /// <summary>The order of the first candidates with a reranker's scores.</summary>
    public static int[] Rank(IReadOnlyList<Found> seen, IReadOnlyList<double> rerank, double hybrid, double weight)
    {
        var lexical = Standard([.. seen.Select(found => found.Lexical)]);
        var dense = Standard([.. seen.Select(found => found.Dense)]);
        var reranked = Standard([.. rerank.Take(seen.Count).Select(score => (double?)score)]);
        return
        [
            .. Enumerable
                .Range(0, seen.Count)
                .OrderByDescending(i => (hybrid * (lexical[i] + dense[i])) + (weight * reranked[i]))
                .ThenBy(i => i),
        ];
    }

    /// <summary>nDCG of the first ten.</summary>
    public static double Ndcg(IEnumerable<string> ranking, IReadOnlyDictionary<string, int> judgements)
    {
        var ideal = judgements
            .Values.Where(grade => grade > 0)
            .OrderDescending()
            .Take(10)
            .Select((grade, rank) => grade / Math.Log2(rank + 2))
            .Sum();
        return ideal == 0
            ? 0
            : ranking.Take(10).Select((id, rank) => Math.Max(0, judgements.GetValueOrDefault(id)) / Math.Log2(rank + 2)).Sum() / ideal;
    }
}
