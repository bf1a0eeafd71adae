namespace EmbedPlatform.Cli.Evaluation;

/// <summary>
/// Ranking metrics as trec_eval computes them: linear gain, discount 1/log2(rank + 1), binary relevance is grade above 0.
/// The ranking lists each document once, best first; judgements map documents to grades, missing ones are not relevant.
/// </summary>
internal static class RankingMetrics
{
    /// <summary>Normalised discounted cumulative gain of the first <paramref name="cutoff"/> documents; 0 if none is relevant.</summary>
    public static double Ndcg(IReadOnlyList<string> ranking, IReadOnlyDictionary<string, int> judgements, int cutoff)
    {
        var ideal = Discounted(judgements.Values.Where(grade => grade > 0).OrderDescending().Take(cutoff));
        return ideal == 0
            ? 0
            : Discounted(ranking.Take(cutoff).Select(document => Math.Max(0, judgements.GetValueOrDefault(document)))) / ideal;
    }

    /// <summary>The reciprocal rank of the first relevant document among the first <paramref name="cutoff"/>; 0 if there is none.</summary>
    public static double ReciprocalRank(IReadOnlyList<string> ranking, IReadOnlyDictionary<string, int> judgements, int cutoff)
    {
        for (var i = 0; i < Math.Min(cutoff, ranking.Count); i++)
        {
            if (judgements.GetValueOrDefault(ranking[i]) > 0)
            {
                return 1.0 / (i + 1);
            }
        }

        return 0;
    }

    /// <summary>The share of the relevant documents among the first <paramref name="cutoff"/>; 0 if none is relevant.</summary>
    public static double Recall(IReadOnlyList<string> ranking, IReadOnlyDictionary<string, int> judgements, int cutoff)
    {
        var relevant = judgements.Values.Count(grade => grade > 0);
        return relevant == 0 ? 0 : (double)ranking.Take(cutoff).Count(document => judgements.GetValueOrDefault(document) > 0) / relevant;
    }

    /// <summary>The smallest value that <paramref name="share"/> of the values do not exceed (nearest rank); 0 if there are none.</summary>
    public static double Percentile(IReadOnlyCollection<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    private static double Discounted(IEnumerable<int> grades) => grades.Select((grade, index) => grade / Math.Log2(index + 2)).Sum();
}
