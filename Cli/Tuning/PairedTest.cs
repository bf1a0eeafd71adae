namespace EmbedPlatform.Cli.Tuning;

/// <summary>
/// Fisher's paired randomisation test, two-sided: the share of random swaps of the two rankings, query by query, that give at least the
/// observed mean difference (Smucker, Allan and Carterette 2007). The seed makes a p reproducible.
/// </summary>
internal static class PairedTest
{
    /// <summary>The number of random samples.</summary>
    public const int Samples = 10_000;

    /// <summary>The p of the differences; 1 if there are none.</summary>
    public static double P(IReadOnlyList<double> differences, int seed)
    {
        // Queries without a difference do not change the sums.
        double[] changed = [.. differences.Where(difference => difference != 0)];
        var observed = Math.Abs(changed.Sum());
        var random = new Random(seed);
        var extreme = 0;
        for (var sample = 0; sample < Samples; sample++)
        {
            var sum = 0.0;
            foreach (var difference in changed)
            {
                sum += random.Next(2) == 0 ? difference : -difference;
            }

            extreme += Math.Abs(sum) >= observed - 1e-12 ? 1 : 0;
        }

        return (extreme + 1.0) / (Samples + 1.0);
    }
}
