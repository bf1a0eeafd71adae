using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbedPlatform.Bench;

/// <summary>The result as lines for people or as one JSON object; progress goes to standard error.</summary>
internal sealed class Report(bool json)
{
    private readonly JsonObject _values = [];

    public void Fact(string name, string value) => Add(name, value, $"{name,-34} {value}");

    public void Figure(string name, double value, string unit = "")
    {
        var shown = value.ToString(Math.Abs(value) >= 100 ? "F0" : Math.Abs(value) >= 10 ? "F1" : "F3", CultureInfo.InvariantCulture);
        Add(name, Math.Round(value, 4), $"{name,-34} {shown,10} {unit}".TrimEnd());
    }

    public void End()
    {
        if (json)
        {
            Console.WriteLine(_values.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        }
    }

    public static void Say(string line) => Console.Error.WriteLine(line);

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
