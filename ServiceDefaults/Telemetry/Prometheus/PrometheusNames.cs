using System.Text;

namespace EmbedPlatform.ServiceDefaults.Telemetry.Prometheus;

// Names as the OpenTelemetry specification translates them (Prometheus and OpenMetrics compatibility): the unit in the name, counters with _total.
internal static class PrometheusNames
{
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["d"] = "days",
        ["h"] = "hours",
        ["min"] = "minutes",
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["us"] = "microseconds",
        ["ns"] = "nanoseconds",
        ["By"] = "bytes",
        ["KiBy"] = "kibibytes",
        ["MiBy"] = "mebibytes",
        ["GiBy"] = "gibibytes",
        ["kBy"] = "kilobytes",
        ["MBy"] = "megabytes",
        ["GBy"] = "gigabytes",
        ["m"] = "meters",
        ["V"] = "volts",
        ["A"] = "amperes",
        ["J"] = "joules",
        ["W"] = "watts",
        ["g"] = "grams",
        ["Cel"] = "celsius",
        ["Hz"] = "hertz",
        ["%"] = "percent",
    };

    private static readonly Dictionary<string, string> PerUnits = new(StringComparer.Ordinal)
    {
        ["s"] = "second",
        ["m"] = "minute",
        ["min"] = "minute",
        ["h"] = "hour",
        ["d"] = "day",
        ["w"] = "week",
        ["mo"] = "month",
        ["y"] = "year",
    };

    /// <summary>The name of a family; a counter's samples have it too.</summary>
    public static string Metric(string name, string? unit, PrometheusType type)
    {
        var result = Clean(name, allowColon: true);
        var suffix = Unit(unit, type);
        if (suffix.Length > 0 && !result.EndsWith(suffix, StringComparison.Ordinal))
        {
            // The unit comes before _total, also where the instrument's own name ends so.
            result = type == PrometheusType.Counter && result.EndsWith("_total", StringComparison.Ordinal) ? result[..^"_total".Length] : result;
            result = result.EndsWith(suffix, StringComparison.Ordinal) ? result : $"{result}_{suffix}";
        }

        return type == PrometheusType.Counter && !result.EndsWith("_total", StringComparison.Ordinal) ? $"{result}_total" : result;
    }

    /// <summary>The name of a label.</summary>
    public static string Label(string name)
    {
        var result = Clean(name, allowColon: false);
        return result.StartsWith("__", StringComparison.Ordinal) ? $"tag{result}" : result == "le" ? "tag_le" : result;
    }

    private static string Unit(string? unit, PrometheusType type)
    {
        if (unit == "1")
        {
            return type == PrometheusType.Gauge ? "ratio" : "";
        }

        var parts = WithoutAnnotations(unit ?? "").Split('/');
        var counted = Units.GetValueOrDefault(parts[0], parts[0]);
        var per = parts.Length > 1 && parts[1].Length > 0 ? $"per_{PerUnits.GetValueOrDefault(parts[1], parts[1])}" : "";
        return Clean(string.Join('_', new[] { counted, per }.Where(part => part.Length > 0)), allowColon: false, mayBeEmpty: true);
    }

    private static string WithoutAnnotations(string unit)
    {
        var start = unit.IndexOf('{', StringComparison.Ordinal);
        var end = unit.IndexOf('}', StringComparison.Ordinal);
        return start >= 0 && end > start ? WithoutAnnotations(unit.Remove(start, end - start + 1)) : unit;
    }

    private static string Clean(string name, bool allowColon, bool mayBeEmpty = false)
    {
        var clean = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            var allowed = char.IsAsciiLetterOrDigit(c) || (allowColon && c == ':');
            if (allowed || clean.Length == 0 || clean[^1] != '_')
            {
                clean.Append(allowed ? c : '_');
            }
        }

        if (mayBeEmpty)
        {
            return clean.ToString().Trim('_');
        }

        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? clean.Insert(0, '_').ToString() : clean.ToString();
    }
}
