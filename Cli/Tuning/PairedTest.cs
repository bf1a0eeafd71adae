namespace EmbedPlatform.Cli.Tuning;

/// <summary>
/// Fisher's paired randomisation test, two-sided: how often the mean difference would be as large if for every query it were a coin's toss which of the two
/// rankings is which (Smucker, Allan and Carterette 2007). Seeded, so that a p can be checked.
/// </summary>
internal static class PairedTest
{
    /// <summary>How many times signs are drawn.</summary>
    public const int Samples = 10_000;

    /// <summary>The p of the differences; 1 where there is no difference.</summary>
    public static double P(IReadOnlyList<double> differences, int seed)
    {
        // Queries on which both are the same decide nothing.
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
