using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Bench.Engine;

/// <summary>The latency of a question of 16 tokens on an idle engine and under bulk load that never ends.</summary>
internal static class LatencyScenario
{
    private const int Length = 16;
    private const int Longest = 500;

    public static async Task RunAsync(EngineWorkload workload, Report report)
    {
        var questions = workload.Texts.OfLengths(Enumerable.Repeat(Length, workload.Settings.Count ?? 300));
        var bulk = workload.Texts.Mixed(2000, Math.Min(Longest, workload.Model.Entry.MaxTokens), uniform: false);
        await using var engine = EmbeddingModel.Load(workload.Model, workload.Options);
        await EmbedEachAsync(engine, questions[..Math.Min(50, questions.Length)]);
        var idle = await EmbedEachAsync(engine, questions);

        using var times = new BatchTimes();
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 2).Select(_ => KeepBusy(engine, bulk, stop.Token)).ToArray();
        while (engine.Status.QueuedTokens == 0)
        {
            await Task.Delay(20);
        }

        await EmbedEachAsync(engine, questions[..Math.Min(20, questions.Length)]);
        times.Clear();
        var loaded = await EmbedEachAsync(engine, questions);
        await stop.CancelAsync();
        await Task.WhenAll(load);

        // The questions' own batches are included, so the tail represents the bulk batches.
        var batch = times.Seconds.Select(seconds => 1000 * seconds).ToArray();
        report.Figure("idle p50", idle.Median(), "ms");
        report.Figure("idle p99", idle.Quantile(0.99), "ms");
        report.Figure("under bulk p50", loaded.Median(), "ms");
        report.Figure("under bulk p99", loaded.Quantile(0.99), "ms");
        report.Figure("batch in flight p50", batch.Median(), "ms");
        report.Figure("batch in flight p99", batch.Quantile(0.99), "ms");
        report.Figure("p99 / (idle p99 + batch p99)", loaded.Quantile(0.99) / (idle.Quantile(0.99) + batch.Quantile(0.99)));
    }

    private static async Task<List<double>> EmbedEachAsync(EmbeddingModel model, IEnumerable<string> questions)
    {
        var times = new List<double>();
        foreach (var question in questions)
        {
            times.Add(
                1000
                    * await EngineWorkload.Seconds(() =>
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
            // All questions are answered.
        }
    }
}
