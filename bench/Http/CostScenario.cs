using System.Diagnostics;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.Bench.Http;

/// <summary>What HTTP costs: one question of 16 tokens and a thousand texts through <c>/v1/embeddings</c>, against the engine called in this process.</summary>
internal static class CostScenario
{
    private const int QuestionTokens = 16;
    private const int Block = 25;

    /// <summary>Questions of each kind before those that count: .NET compiles what is called often again, in several steps.</summary>
    private const int WarmUp = 2000;

    private const int Many = 1000;

    public static async Task RunAsync(Subject subject, Report report)
    {
        await using var engine = EmbeddingModel.Load(subject.Model, subject.Options);
        await using var service = await subject.StartServiceAsync();
        using var peer = subject.Settings.Node ? await NodeServer.TryStartAsync(subject.Model) : null;
        await Questions(subject, report, engine, service, peer);
        await Thousands(subject, report, engine, service, peer);
    }

    private static async Task Questions(Subject subject, Report report, EmbeddingModel engine, ServiceProcess service, NodeServer? peer)
    {
        var count = subject.Settings.Count;
        var texts = new Queue<string>(subject.Distinct((5 * (count + WarmUp)) + 1, QuestionTokens));
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

    private static async Task Thousands(Subject subject, Report report, EmbeddingModel engine, ServiceProcess service, NodeServer? peer)
    {
        var longest = Math.Min(250, subject.Model.Entry.MaxTokens);
        var pool = subject.Texts.Mixed(Many * 3 * (subject.Settings.Rounds + 1), longest, uniform: false);
        var texts = new Queue<string[]>(pool.Select((text, i) => $"{i} {text}").Chunk(Many));
        var (raw, floats, base64, node) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = -1; round < subject.Settings.Rounds; round++)
        {
            // The first round warms up. Every contender has texts of its own: the service would find those of the others in its cache.
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
