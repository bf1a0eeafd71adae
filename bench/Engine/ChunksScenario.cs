using System.Diagnostics;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Bench.Engine;

/// <summary>Long chunks in bulk: the time, the peak of memory (before anything else is loaded), then the ratio to the upper bound on every tenth.</summary>
internal static class ChunksScenario
{
    private const int Length = 500;

    public static async Task RunAsync(Subject subject, Report report)
    {
        var texts = subject.Texts.OfLengths(
            Enumerable.Repeat(Math.Min(Length, subject.Model.Entry.MaxTokens), subject.Settings.Count ?? 1000)
        );
        var tokens = 0L;
        double seconds;
        await using (var ours = EmbeddingModel.Load(subject.Model, subject.Options))
        {
            seconds = await Subject.Seconds(async () =>
                tokens = (await ours.EmbedAsync(texts, new EmbedOptions { Lane = Lane.Bulk }, CancellationToken.None)).Sum(result =>
                    (long)result.Tokens
                )
            );
        }

        report.Fact("texts", $"{texts.Length} of {(double)tokens / texts.Length:F0} tokens");
        report.Figure("engine", seconds, "s");
        report.Figure("engine rate", tokens / seconds, "tokens/s");
        report.Figure("peak resident memory", Process.GetCurrentProcess().PeakWorkingSet64 >> 20, "MB");

        Row[] rows = [.. texts.Where((_, i) => i % 10 == 0).Select(subject.Tokenize)];
        using var bound = new UpperBound(subject.Model.ModelPath, subject.Options.Workers);
        bound.Seconds(rows[..Math.Min(rows.Length, subject.Options.Workers)]);
        var rate = rows.Sum(row => row.Ids.Length) / bound.Seconds(rows);
        report.Figure("upper bound, every tenth", rate, "tokens/s");
        report.Figure("engine / upper bound", tokens / seconds / rate);
    }
}
