using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Bench.Engine;

/// <summary>Embeds many mixed texts from several callers in both lanes, and compares memory at the end with memory after warm-up.</summary>
internal static class SoakTest
{
    private const int Callers = 4;
    private const int LargestRequest = 64;
    private const double WarmUp = 0.1;

    public static async Task RunAsync(EngineWorkload workload, int total, Report report)
    {
        var texts = workload.Texts.Mixed(
            Math.Min(total, 10_000),
            Math.Min(500, workload.Model.Entry.MaxTokens),
            workload.Settings.UniformLengths
        );
        await using var engine = EmbeddingModel.Load(workload.Model, workload.Options);
        var warm = (int)(total * WarmUp);
        await Embed(engine, texts, warm);
        var before = Environment.WorkingSet;
        report.Figure("after warm-up", before / 1048576.0, $"MB resident ({warm} texts)");
        var seconds = 0.0;
        const int Parts = 10;
        for (var part = 1; part <= Parts; part++)
        {
            seconds += await EngineWorkload.Seconds(() => Embed(engine, texts, (total - warm) / Parts));
            report.Progress($"{warm + (part * ((total - warm) / Parts))} texts: {Environment.WorkingSet >> 20} MB resident");
        }

        report.Figure("at the end", Environment.WorkingSet / 1048576.0, $"MB resident ({total} texts)");
        report.Figure("texts a second", (total - warm) / seconds);
        report.Figure("end / warm-up", (double)Environment.WorkingSet / before);
    }

    private static Task Embed(EmbeddingModel model, string[] texts, int count)
    {
        var left = count;
        return Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(caller =>
                    Task.Run(async () =>
                    {
                        var random = new Random(caller);
                        while (Volatile.Read(ref left) > 0)
                        {
                            var request = Enumerable
                                .Range(0, random.Next(1, LargestRequest + 1))
                                .Select(_ => texts[random.Next(texts.Length)])
                                .ToArray();
                            Interlocked.Add(ref left, -request.Length);
                            await model.EmbedAsync(
                                request,
                                new EmbedOptions { Lane = caller % 2 == 0 ? Lane.Bulk : Lane.Interactive },
                                CancellationToken.None
                            );
                        }
                    })
                )
        );
    }
}
