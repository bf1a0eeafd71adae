using System.Text.Json;

namespace EmbedPlatform.Bench.Engine;

/// <summary>ONNX Runtime's profile, summed by operator and by node.</summary>
internal static class OperatorTimes
{
    /// <summary>Profiles batches of 32 mixed texts with ONNX Runtime's defaults.</summary>
    public static void Measure(Subject subject)
    {
        using var runtime = new DefaultRuntime(subject.Model, Path.Combine(Path.GetTempPath(), "engine-bench"));
        runtime.Seconds(
            subject.Texts.Mixed(
                subject.Settings.Count ?? 256,
                Math.Min(500, subject.Model.Entry.MaxTokens),
                subject.Settings.UniformLengths
            )
        );
        var profile = runtime.EndProfiling();
        Print(profile);
        File.Delete(profile);
    }

    private static void Print(string profile)
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
        Console.WriteLine($"{all / 1000.0:F0} ms in operators");
        Print(events.GroupBy(e => e.Operator), all, 14);
        Console.WriteLine();
        Print(events.GroupBy(e => $"{e.Operator} {e.Name}"), all, 24);
    }

    private static void Print(IEnumerable<IGrouping<string, (string Name, string Operator, long Time)>> groups, long all, int most)
    {
        foreach (var group in groups.OrderByDescending(g => g.Sum(e => e.Time)).Take(most))
        {
            var time = group.Sum(e => e.Time);
            Console.WriteLine($"{100.0 * time / all,6:F1} %  {time / 1000.0,9:F1} ms  {group.Count(),7} x  {group.Key}");
        }
    }
}
