using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Bench.Engine;

/// <summary>A question of 16 tokens on an idle engine and on one with a bulk queue that never empties.</summary>
internal static class LatencyScenario
{
    private const int Length = 16;
    private const int Longest = 500;

    public static async Task RunAsync(Subject subject, Report report)
    {
        var questions = subject.Texts.OfLengths(Enumerable.Repeat(Length, subject.Settings.Count ?? 300));
        var bulk = subject.Texts.Mixed(2000, Math.Min(Longest, subject.Model.Entry.MaxTokens), uniform: false);
        await using var ours = EmbeddingModel.Load(subject.Model, subject.Options);
        await Ask(ours, questions[..Math.Min(50, questions.Length)]);
        var idle = await Ask(ours, questions);

        using var times = new BatchTimes();
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 2).Select(_ => KeepBusy(ours, bulk, stop.Token)).ToArray();
        while (ours.Status.QueuedTokens == 0)
        {
            await Task.Delay(20);
        }

        await Ask(ours, questions[..Math.Min(20, questions.Length)]);
        times.Clear();
        var loaded = await Ask(ours, questions);
        await stop.CancelAsync();
        await Task.WhenAll(load);

        // The question's own runs are among them, so the tail is what stands for a bulk batch.
        var batch = times.Seconds.Select(seconds => 1000 * seconds).ToArray();
        report.Figure("idle p50", idle.Median(), "ms");
        report.Figure("idle p99", idle.Quantile(0.99), "ms");
        report.Figure("under bulk p50", loaded.Median(), "ms");
        report.Figure("under bulk p99", loaded.Quantile(0.99), "ms");
        report.Figure("batch in flight p50", batch.Median(), "ms");
        report.Figure("batch in flight p99", batch.Quantile(0.99), "ms");
        report.Figure("p99 / (idle p99 + batch p99)", loaded.Quantile(0.99) / (idle.Quantile(0.99) + batch.Quantile(0.99)));
    }

    private static async Task<List<double>> Ask(EmbeddingModel model, IEnumerable<string> questions)
    {
        var times = new List<double>();
        foreach (var question in questions)
        {
            times.Add(
                1000
                    * await Subject.Seconds(() =>
                        model.EmbedAsync([question], new EmbedOptions { Role = TextRole.Query }, CancellationToken.None)
                    )
            );
            await Task.Delay(Random.Shared.Next(1, 20));
        }

        return times;
    }

    private static async Task KeepBusy(EmbeddingModel model, string[] texts, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await model.EmbedAsync(texts, new EmbedOptions { Lane = Lane.Bulk }, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The questions have been asked.
        }
    }
}
