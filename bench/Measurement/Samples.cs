namespace EmbedPlatform.Bench.Measurement;

/// <summary>Order statistics.</summary>
internal static class Samples
{
    public static double Median(this IEnumerable<double> samples) => samples.Quantile(0.5);

    /// <summary>The nearest-rank quantile.</summary>
    public static double Quantile(this IEnumerable<double> samples, double share)
    {
        double[] sorted = [.. samples.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
