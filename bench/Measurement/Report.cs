using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Bench.Measurement;

/// <summary>The results, as lines of text or as one JSON object.</summary>
/// <param name="terminal">Results go to its output, progress to its error stream.</param>
/// <param name="json">Whether one JSON object is printed.</param>
/// <param name="width">The width of the column of names.</param>
internal sealed class Report(Terminal terminal, bool json, int width = 34)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly JsonObject _values = [];

    public void Fact(string name, string value) => Add(name, value, $"{name.PadRight(width)} {value}");

    public void Figure(string name, double value, string unit = "")
    {
        Add(name, Math.Round(value, 4), $"{name.PadRight(width)} {Text(value),10} {unit}".TrimEnd());
    }

    /// <summary>A figure that has a target.</summary>
    public void Target(string name, double value, string unit, double target, bool atLeast = false)
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

    public void Progress(string line) => terminal.WriteErrorLine(line);

    public void End()
    {
        if (json)
        {
            terminal.Output.WriteLine(_values.ToJsonString(Indented));
        }
    }

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
            terminal.Output.WriteLine(line);
            terminal.Output.Flush();
        }
    }
}
