using System.Globalization;

namespace EmbedPlatform.Bench.Processes;

/// <summary>Metrics in Prometheus' text format.</summary>
internal static class PrometheusText
{
    /// <summary>The sum of a metric over its labels.</summary>
    public static double Sum(IEnumerable<string> lines, string name) =>
        lines
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is '{' or ' ')
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
