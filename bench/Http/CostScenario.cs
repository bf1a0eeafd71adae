using System.Diagnostics;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Bench.Processes;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Bench.Http;

/// <summary>The cost of HTTP: a question of 16 tokens and a thousand texts over <c>/v1/embeddings</c> against the engine itself.</summary>
internal static class CostScenario
{
    private const int QuestionTokens = 16;
    private const int Block = 25;

    /// <summary>Uncounted questions of each kind first, because .NET recompiles hot methods in several steps.</summary>
    private const int WarmUp = 2000;

    private const int Many = 1000;

    public static async Task RunAsync(HttpWorkload workload, Report report)
    {
        await using var engine = EmbeddingModel.Load(workload.Model, workload.Options);
        await using var service = await workload.StartServiceAsync();
        using var peer = workload.Settings.Node ? await NodeServer.TryStartAsync(workload.Model, report) : null;
        await Questions(workload, report, engine, service, peer);
        await Thousands(workload, report, engine, service, peer);
    }

    private static async Task Questions(
        HttpWorkload workload,
        Report report,
        EmbeddingModel engine,
        MeasuredService service,
        NodeServer? peer
    )
    {
        var count = workload.Settings.Count;
        var texts = new Queue<string>(workload.Distinct((5 * (count + WarmUp)) + 1, QuestionTokens));
        var (raw, inline, fresh, cached, client, node) = (
            new List<double>(),
            new List<double>(),
            new List<double>(),
            new List<double>(),
            new List<double>(),
            new List<double>()
        );
        using var lean = new LeanClient(service.Http.BaseAddress!);
        var known = texts.Dequeue();
        await OpenAi.PostAsync(service.Http, [known]);
        for (var done = -WarmUp; done < count; done += Block)
        {
            if (done == 0)
            {
                foreach (var times in (List<double>[])[raw, inline, fresh, cached, client, node])
                {
                    times.Clear();
                }
            }

            await Repeat(raw, () => engine.EmbedAsync([texts.Dequeue()], new EmbedOptions(), CancellationToken.None));
            await Repeat(
                inline,
                () => engine.EmbedAsync([texts.Dequeue()], new EmbedOptions { RunOnCallerThread = true }, CancellationToken.None)
            );
            await Repeat(fresh, () => Post(lean, texts.Dequeue()));
            await Repeat(cached, () => Post(lean, known));
            await Repeat(client, () => OpenAi.PostAsync(service.Http, [texts.Dequeue()]));
            if (peer is not null)
            {
                await Repeat(node, () => OpenAi.PostAsync(peer.Http, [texts.Dequeue()]));
            }
        }

        report.Figure("question engine, queue p50", raw.Median(), "ms");
        report.Figure("question engine p50", inline.Median(), "ms");
        report.Figure("question HTTP p50", fresh.Median(), "ms");
        report.Figure("question HTTP p99", fresh.Quantile(0.99), "ms");
        report.Figure("question HTTP - engine p50", fresh.Median() - inline.Median(), "ms");
        report.Figure("question HttpClient p50", client.Median(), "ms");
        report.Figure("question cached p50", cached.Median(), "ms");
        report.Figure("question cached p99", cached.Quantile(0.99), "ms");
        if (peer is not null)
        {
            report.Figure("question transformers.js p50", node.Median(), "ms");
            report.Figure("transformers.js / ours, HttpClient", node.Median() / client.Median(), "x");
        }
    }

    private static async Task Thousands(
        HttpWorkload workload,
        Report report,
        EmbeddingModel engine,
        MeasuredService service,
        NodeServer? peer
    )
    {
        var longest = Math.Min(250, workload.Model.Entry.MaxTokens);
        var pool = workload.Texts.Mixed(Many * 3 * (workload.Settings.Rounds + 1), longest, uniform: false);
        var texts = new Queue<string[]>(pool.Select((text, i) => $"{i} {text}").Chunk(Many));
        var (raw, floats, base64, node) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = -1; round < workload.Settings.Rounds; round++)
        {
            // The first round warms up. Every contender has its own texts, because the service would find those of the others in its cache.
            await Repeat(
                raw,
                () => engine.EmbedAsync(texts.Dequeue(), new EmbedOptions(), CancellationToken.None),
                times: 1,
                keep: round >= 0
            );
            await Repeat(floats, () => OpenAi.PostAsync(service.Http, texts.Peek(), "float"), times: 1, keep: round >= 0);
            var same = texts.Dequeue();
            await Repeat(base64, () => OpenAi.PostAsync(service.Http, texts.Dequeue(), "base64"), times: 1, keep: round >= 0);
            if (peer is not null)
            {
                await Repeat(node, () => OpenAi.PostAsync(peer.Http, [.. same.Take(Many / 10)]), times: 1, keep: round >= 0);
            }
        }

        report.Figure("1,000 texts engine", Many / (raw.Median() / 1000), "texts/s");
        report.Figure("1,000 texts HTTP, floats", Many / (floats.Median() / 1000), "texts/s");
        report.Figure("1,000 texts HTTP, base64", Many / (base64.Median() / 1000), "texts/s");
        report.Figure("floats / engine", raw.Median() / floats.Median());
        report.Figure("base64 / engine", raw.Median() / base64.Median());
        if (peer is not null)
        {
            report.Figure("transformers.js", Many / 10 / (node.Median() / 1000), "texts/s");
            report.Figure("floats / transformers.js", node.Median() * 10 / floats.Median(), "x");
        }
    }

    private static Task Post(LeanClient http, string text)
    {
        OpenAi.Post(http, text);
        return Task.CompletedTask;
    }

    private static async Task Repeat(List<double> milliseconds, Func<Task> work, int times = Block, bool keep = true)
    {
        for (var i = 0; i < times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await work();
            if (keep)
            {
                milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
    }
}
