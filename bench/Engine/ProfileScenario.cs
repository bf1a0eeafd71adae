using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Bench.Engine;

/// <summary>ONNX Runtime's profile, summed by operator and by node.</summary>
internal static class ProfileScenario
{
    /// <summary>Profiles batches of 32 mixed texts with ONNX Runtime's defaults.</summary>
    public static async Task RunAsync(EngineWorkload workload, Terminal terminal)
    {
        using var runtime = new DefaultRuntime(workload.Model, Path.Combine(Path.GetTempPath(), "bench-engine"));
        runtime.Seconds(
            workload.Texts.Mixed(
                workload.Settings.Count ?? 256,
                Math.Min(500, workload.Model.Entry.MaxTokens),
                workload.Settings.UniformLengths
            )
        );
        var profile = runtime.EndProfiling();
        await PrintAsync(profile, terminal.Output);
        File.Delete(profile);
    }

    private static async Task PrintAsync(string profile, TextWriter output)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(profile));
        var events = file
            .RootElement.EnumerateArray()
            .Where(e =>
                e.TryGetProperty("cat", out var kind)
                && kind.GetString() == "Node"
                && e.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal)
            )
            .Select(e =>
                (
                    Name: e.GetProperty("name").GetString()!,
                    Operator: e.GetProperty("args").GetProperty("op_name").GetString()!,
                    Time: e.GetProperty("dur").GetInt64()
                )
            )
            .ToList();
        var all = Math.Max(1, events.Sum(e => e.Time));
        await output.WriteLineAsync($"{all / 1000.0:F0} ms in operators");
        await PrintAsync(events.GroupBy(e => e.Operator), all, 14, output);
        await output.WriteLineAsync();
        await PrintAsync(events.GroupBy(e => $"{e.Operator} {e.Name}"), all, 24, output);
    }

    private static async Task PrintAsync(
        IEnumerable<IGrouping<string, (string Name, string Operator, long Time)>> groups,
        long all,
        int most,
        TextWriter output
    )
    {
        foreach (var group in groups.OrderByDescending(g => g.Sum(e => e.Time)).Take(most))
        {
            var time = group.Sum(e => e.Time);
            await output.WriteLineAsync($"{100.0 * time / all,6:F1} %  {time / 1000.0,9:F1} ms  {group.Count(),7} x  {group.Key}");
        }
    }
}
