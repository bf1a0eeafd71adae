using System.Globalization;
using System.Text;

namespace EmbedPlatform.ServiceDefaults.Telemetry.Prometheus;

// Prometheus' text exposition format, version 0.0.4.
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<PrometheusFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families.OrderBy(family => family.Name, StringComparer.Ordinal))
        {
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(EscapeHelp(family.Help)).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Type.ToString().ToLowerInvariant()).Append('\n');
            foreach (var (labels, sample) in family.Series.OrderBy(series => series.Key, StringComparer.Ordinal))
            {
                Write(text, family.Name, labels, sample);
            }
        }

        return text.ToString();
    }

    /// <summary>Labels as they stand between the braces, ascending by name; the values of names that become the same are joined by semicolons.</summary>
    public static string Labels(IEnumerable<KeyValuePair<string, object?>> tags) => string.Join(',', tags
        .GroupBy(tag => PrometheusNames.Label(tag.Key), tag => Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "", StringComparer.Ordinal)
        .OrderBy(label => label.Key, StringComparer.Ordinal)
        .Select(label => $"{label.Key}=\"{EscapeValue(string.Join(';', label))}\""));

    private static void Write(StringBuilder text, string name, string labels, PrometheusSample sample)
    {
        if (sample.Buckets is null)
        {
            Line(text, name, labels, Number(sample.Value));
            return;
        }

        var soFar = 0L;
        foreach (var (upTo, count) in sample.Buckets)
        {
            soFar += count;
            var bound = $"le=\"{Number(upTo)}\"";
            Line(text, $"{name}_bucket", labels.Length == 0 ? bound : $"{labels},{bound}", Number(soFar));
        }

        Line(text, $"{name}_sum", labels, Number(sample.Value));
        Line(text, $"{name}_count", labels, Number(soFar));
    }

    private static void Line(StringBuilder text, string name, string labels, string value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => double.IsNaN(value) ? "NaN" : value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string EscapeHelp(string text) => text.Replace("\\", @"\\", StringComparison.Ordinal).ReplaceLineEndings(@"\n");

    private static string EscapeValue(string text) => text
        .Replace("\\", @"\\", StringComparison.Ordinal)
        .Replace("\n", @"\n", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal);
}
