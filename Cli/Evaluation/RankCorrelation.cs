namespace EmbedPlatform.Cli.Evaluation;

/// <summary>Spearman's rank correlation; equal values share the mean of their ranks.</summary>
internal static class RankCorrelation
{
    /// <returns>From -1 to 1; NaN if all values of one side are equal.</returns>
    public static double Spearman(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        var (x, y) = (Ranks(a), Ranks(b));
        var (meanX, meanY) = (x.Average(), y.Average());
        double both = 0,
            squaresX = 0,
            squaresY = 0;
        for (var i = 0; i < x.Length; i++)
        {
            both += (x[i] - meanX) * (y[i] - meanY);
            squaresX += (x[i] - meanX) * (x[i] - meanX);
            squaresY += (y[i] - meanY) * (y[i] - meanY);
        }

        return both / Math.Sqrt(squaresX * squaresY);
    }

    private static double[] Ranks(IReadOnlyList<double> values)
    {
        int[] order = [.. Enumerable.Range(0, values.Count).OrderBy(i => values[i])];
        var ranks = new double[order.Length];
        for (var start = 0; start < order.Length;)
        {
            var end = start;
            while (end < order.Length && values[order[end]] == values[order[start]])
            {
                end++;
            }

            foreach (var i in order[start..end])
            {
                ranks[i] = (start + end - 1) / 2.0;
            }

            start = end;
        }

        return ranks;
    }
}
