using System.Diagnostics;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Bench.Engine;

/// <summary>Long chunks in bulk: time and peak memory, measured before anything else is loaded, and the ratio to the bound.</summary>
internal static class ChunksScenario
{
    private const int Length = 500;

    public static async Task RunAsync(EngineWorkload workload, Report report)
    {
        var texts = workload.Texts.OfLengths(
            Enumerable.Repeat(Math.Min(Length, workload.Model.Entry.MaxTokens), workload.Settings.Count ?? 1000)
        );
        var tokens = 0L;
        double seconds;
        await using (var engine = EmbeddingModel.Load(workload.Model, workload.Options))
        {
            seconds = await EngineWorkload.Seconds(async () =>
                tokens = (await engine.EmbedAsync(texts, new EmbedOptions { Lane = Lane.Bulk }, CancellationToken.None)).Sum(result =>
                    (long)result.Tokens
                )
            );
        }

        report.Fact("texts", $"{texts.Length} of {(double)tokens / texts.Length:F0} tokens");
        report.Figure("engine", seconds, "s");
        report.Figure("engine rate", tokens / seconds, "tokens/s");
        report.Figure("peak resident memory", Process.GetCurrentProcess().PeakWorkingSet64 >> 20, "MB");

        Row[] rows = [.. texts.Where((_, i) => i % 10 == 0).Select(workload.Tokenize)];
        using var bound = new UpperBound(workload.Model.ModelPath, workload.Options.Workers);
        bound.Seconds(rows[..Math.Min(rows.Length, workload.Options.Workers)]);
        var rate = rows.Sum(row => row.Ids.Length) / bound.Seconds(rows);
        report.Figure("upper bound, every tenth", rate, "tokens/s");
        report.Figure("engine / upper bound", tokens / seconds / rate);
    }
}
