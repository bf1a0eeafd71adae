using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbedPlatform.Bench;

/// <summary>The result as lines for people or as one JSON object; progress goes to standard error.</summary>
/// <param name="json">Whether one JSON object is printed.</param>
/// <param name="width">How wide names are printed.</param>
internal sealed class Report(bool json, int width = 34)
{
    private readonly JsonObject _values = [];

    public void Fact(string name, string value) => Add(name, value, $"{name.PadRight(width)} {value}");

    public void Figure(string name, double value, string unit = "")
    {
        Add(name, Math.Round(value, 4), $"{name.PadRight(width)} {Text(value),10} {unit}".TrimEnd());
    }

    /// <summary>A figure that has a target.</summary>
    public void Aim(string name, double value, string unit, double target, bool atLeast = false)
    {
        var (shown, sign) = (Text(value), atLeast ? ">=" : "<=");
        var met = atLeast ? value >= target : value <= target;
        var verdict = $"{sign} {target.ToString("0.###", CultureInfo.InvariantCulture)} {unit}".TrimEnd();
        Add(
            name,
            new JsonObject
            {
                ["value"] = Math.Round(value, 4),
                ["target"] = verdict,
                ["met"] = met,
            },
            $"{name.PadRight(width)} {shown,10} {unit,-3} {verdict,-12} {(met ? "met" : "MISSED")}"
        );
    }

    public void End()
    {
        if (json)
        {
            Console.WriteLine(_values.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        }
    }

    public static void Say(string line) => Console.Error.WriteLine(line);

    private static string Text(double value) =>
        value.ToString(
            Math.Abs(value) >= 100 ? "F0"
                : Math.Abs(value) >= 10 ? "F1"
                : "F3",
            CultureInfo.InvariantCulture
        );

    private void Add(string name, JsonNode value, string line)
    {
        _values[name] = value;
        if (!json)
        {
            Console.WriteLine(line);
        }
    }
}

/// <summary>Order statistics.</summary>
internal static class Samples
{
    public static double Median(this IEnumerable<double> samples) => samples.Quantile(0.5);

    /// <summary>The sample below or at which that share of all lies.</summary>
    public static double Quantile(this IEnumerable<double> samples, double share)
    {
        double[] sorted = [.. samples.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
