using System.Collections.Concurrent;
using System.Diagnostics;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Bench.Search;

/// <summary>Latency of a cached search, of a new one and under concurrency, and the shares of the database and the model.</summary>
internal sealed class LatencyScenario(SearchTarget target, Report report)
{
    private const int WarmUp = 60;
    private readonly SqlSearch _sql = new(target);
    private int _degraded;
    private int _embedCached;

    public async Task RunAsync()
    {
        await WarmUpAsync();
        await CachedAsync();
        await AloneAsync();
        await CrowdAsync();
        report.Figure("degraded answers", _degraded);
        report.Figure("new questions whose embedding was known", _embedCached);
    }

    private async Task WarmUpAsync()
    {
        foreach (var question in await target.Questions.NewAsync(WarmUp))
        {
            await SearchAsync(question, cached: true);
            await SearchAsync(question, cached: true);
            await _sql.RunAsync(question, await target.VectorAsync(question));
        }

        _embedCached = 0;
    }

    private async Task CachedAsync()
    {
        report.Progress("answers from the cache");
        var times = new List<double>();
        foreach (var question in await target.Questions.NewAsync(Math.Min(100, target.Settings.Queries)))
        {
            await SearchAsync(question, cached: true);
            for (var i = 0; i < 5; i++)
            {
                var (milliseconds, answer) = await SearchAsync(question, cached: true);
                if (!answer.Metadata.Cached)
                {
                    throw new CommandException(
                        "a repeated search was not answered from the cache: is Redis running, and is the collection being written to?"
                    );
                }

                times.Add(milliseconds);
            }
        }

        report.Target("cached search p50", times.Median(), "ms", 3);
        report.Figure("cached search p99 (ms)", times.Quantile(0.99));
    }

    /// <summary>Alternates a search, an embed call and the SQL alone, so that all see the same load. Every question is new.</summary>
    private async Task AloneAsync()
    {
        report.Progress("new questions, one at a time");
        var questions = await target.Questions.NewAsync(2 * target.Settings.Queries);
        var (search, embed, bare, over, steps) = (
            new List<double>(),
            new List<double>(),
            new List<double>(),
            new List<double>(),
            new List<SearchTimings>()
        );
        for (var i = 0; i < questions.Length; i += 2)
        {
            var (milliseconds, answer) = await SearchAsync(questions[i], cached: false);
            var other = Stopwatch.GetTimestamp();
            await target.VectorAsync(questions[i + 1]);
            embed.Add(Milliseconds(other));
            var vector = await target.VectorAsync(questions[i]);
            var sql = Stopwatch.GetTimestamp();
            await _sql.RunAsync(questions[i], vector);
            bare.Add(Milliseconds(sql));
            search.Add(milliseconds);
            steps.Add(answer.Metadata.Timings);
            // The legs run concurrently, and the dense leg waits for the embedding, so the embedding's time is not overhead.
            over.Add(milliseconds - bare[^1] - answer.Metadata.Timings.Embed);
        }

        report.Target("new hybrid search p50", search.Median(), "ms", 25);
        report.Figure("new hybrid search p99 (ms)", search.Quantile(0.99));
        report.Figure("  embedding in it p50 (ms)", steps.Select(step => step.Embed).Median());
        report.Figure("  words in it p50 (ms)", steps.Select(step => step.Lexical).Median());
        report.Figure("  vectors in it p50 (ms)", steps.Select(step => step.Dense).Median());
        report.Figure("  inside SearchApi p50 (ms)", steps.Select(step => step.Total).Median());
        report.Figure("embed call alone p50 (ms)", embed.Median());
        report.Figure("the same SQL alone p50 (ms)", bare.Median());
        report.Target("search over SQL and embedding p50", over.Median(), "ms", 2);
        await KnownVectorAsync([.. questions.Where((_, i) => i % 2 == 0)]);
    }

    /// <summary>The same questions again: with every embedding cached, only the database and SearchApi take time.</summary>
    private async Task KnownVectorAsync(string[] questions)
    {
        var (search, over) = (new List<double>(), new List<double>());
        foreach (var question in questions)
        {
            var vector = await target.VectorAsync(question);
            var sql = Stopwatch.GetTimestamp();
            await _sql.RunAsync(question, vector);
            var bare = Milliseconds(sql);
            var (milliseconds, _) = await SearchAsync(question, cached: false);
            _embedCached--;
            search.Add(milliseconds);
            over.Add(milliseconds - bare);
        }

        report.Figure("hybrid search, embedding known p50 (ms)", search.Median());
        report.Target("search over SQL, embedding known p50", over.Median(), "ms", 2);
    }

    private async Task CrowdAsync()
    {
        var (clients, requests) = (target.Settings.Clients, target.Settings.Requests);
        report.Progress($"new questions from {clients} clients");
        var waiting = new ConcurrentQueue<string>(await target.Questions.NewAsync(requests));
        var times = new ConcurrentBag<double>();
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(async _ =>
                {
                    while (waiting.TryDequeue(out var question))
                    {
                        times.Add((await SearchAsync(question, cached: false)).Milliseconds);
                    }
                })
        );
        var (half, most) = (times.Median(), times.Quantile(0.99));
        report.Figure($"{clients} clients, searches/s", requests / Stopwatch.GetElapsedTime(start).TotalSeconds);
        report.Figure($"{clients} clients, p50 (ms)", half);
        report.Figure($"{clients} clients, p99 (ms)", most);
        report.Target($"{clients} clients, p99 / p50", most / half, "", 5);
    }

    private async Task<(double Milliseconds, SearchResponse Answer)> SearchAsync(string question, bool cached)
    {
        var request = new SearchRequest
        {
            Query = question,
            Rerank = RerankMode.Never,
            Cache = cached ? null : false,
        };
        var start = Stopwatch.GetTimestamp();
        var answer = await target.Search.SearchAsync(target.Settings.Collection, request);
        var milliseconds = Milliseconds(start);
        if (answer.Metadata.Degraded.Count > 0)
        {
            Interlocked.Increment(ref _degraded);
        }

        if (!cached && answer.Metadata.Timings.EmbedCached)
        {
            Interlocked.Increment(ref _embedCached);
        }

        return (milliseconds, answer);
    }

    private static double Milliseconds(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}
