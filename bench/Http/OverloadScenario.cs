using System.Collections.Concurrent;
using System.Diagnostics;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Bench.Processes;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Bench.Http;

/// <summary>
/// An open loop above the service's capacity: requests arrive as a Poisson process that does not wait for responses, each with a deadline.
/// Then the time until the service responds as fast as before.
/// </summary>
internal static class OverloadScenario
{
    internal const int Texts = 8;
    internal const int Tokens = 64;
    private const int MeasureSeconds = 6;
    private const int Callers = 8;

    public static async Task RunAsync(HttpWorkload workload, Report report)
    {
        var settings = workload.Settings;
        var bodies = new Bodies(workload, Texts, Tokens);
        await using var service = await workload.StartServiceAsync();
        await Closed(service.Http, bodies, TimeSpan.FromSeconds(2), callers: 1);
        var idle = (await Closed(service.Http, bodies, TimeSpan.FromSeconds(2), callers: 1)).Median();
        var capacity = (await Closed(service.Http, bodies, TimeSpan.FromSeconds(MeasureSeconds), Callers)).Count / (double)MeasureSeconds;
        report.Figure("capacity", capacity, $"requests/s of {Texts} texts of {Tokens} tokens");
        report.Figure("latency idle p50", idle, "ms");

        var memory = new List<long>();
        using var stop = new CancellationTokenSource();
        var watch = Watch(service, memory, stop.Token);
        var outcomes = await Open(service.Http, bodies, capacity * settings.Factor, settings, report);
        var recovered = await Recovery(service.Http, bodies, idle);
        await stop.CancelAsync();
        await watch;

        Write(report, outcomes, settings, capacity);
        report.Figure("recovered after", recovered, "s");
        report.Figure("memory after a tenth", memory[memory.Count / 10], "MB");
        report.Figure("memory at the end", memory[^1], "MB");
        report.Figure("memory most", memory.Max(), "MB");
    }

    private static void Write(Report report, IReadOnlyCollection<Outcome> outcomes, HttpSettings settings, double capacity)
    {
        double[] accepted = [.. outcomes.Where(outcome => outcome.Status == 200).Select(outcome => outcome.Milliseconds)];
        report.Figure("offered", outcomes.Count / (double)settings.Seconds, "requests/s");
        report.Figure("accepted", accepted.Length / (double)settings.Seconds, "requests/s");
        report.Figure("accepted / capacity", accepted.Length / (double)settings.Seconds / capacity);
        report.Figure("accepted p50", accepted.Median(), "ms");
        report.Figure("accepted p99", accepted.Quantile(0.99), "ms");
        report.Figure("deadline", settings.DeadlineMs, "ms");
        foreach (var status in outcomes.GroupBy(outcome => outcome.Status).OrderBy(group => group.Key))
        {
            report.Figure(status.Key == 0 ? "without an answer" : $"status {status.Key}", status.Count());
        }

        report.Figure("429 without Retry-After", outcomes.Count(outcome => outcome is { Status: 429, RetryAfter: null }));
        double[] refused = [.. outcomes.Where(outcome => outcome.Status == 429).Select(outcome => outcome.Milliseconds)];
        if (refused.Length > 0)
        {
            report.Figure("refused p50", refused.Median(), "ms");
            report.Figure("refused p99", refused.Quantile(0.99), "ms");
        }
    }

    internal static async Task<List<double>> Closed(HttpClient http, Bodies bodies, TimeSpan time, int callers)
    {
        var start = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(
            Enumerable
                .Range(0, callers)
                .Select(async _ =>
                {
                    var own = new List<double>();
                    while (Stopwatch.GetElapsedTime(start) < time)
                    {
                        var outcome = await Send(http, bodies.Next(), timeoutMs: null);
                        own.Add(
                            outcome.Status == 200
                                ? outcome.Milliseconds
                                : throw new CommandException($"the service answered {outcome.Status} without overload")
                        );
                    }

                    return own;
                })
        );
        return [.. times.SelectMany(own => own)];
    }

    internal static async Task<IReadOnlyCollection<Outcome>> Open(
        HttpClient http,
        Bodies bodies,
        double rate,
        HttpSettings settings,
        Report report
    )
    {
        var (random, outcomes, sent) = (new Random(1), new ConcurrentBag<Outcome>(), new List<Task>());
        var (start, due, late) = (Stopwatch.GetTimestamp(), 0.0, 0.0);
        while (due < settings.Seconds)
        {
            due += -Math.Log(1 - random.NextDouble()) / rate;
            var wait = due - Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (wait > 0.001)
            {
                await Task.Delay(TimeSpan.FromSeconds(wait));
            }

            late = Math.Max(late, Stopwatch.GetElapsedTime(start).TotalSeconds - due);
            var request = bodies.Next();
            sent.Add(Task.Run(async () => outcomes.Add(await Send(http, request, settings.DeadlineMs))));
        }

        report.Figure("generator late at most", 1000 * late, "ms");
        await Task.WhenAll(sent);
        return outcomes;
    }

    /// <summary>Seconds from the end of the load until a request takes at most twice the idle latency.</summary>
    private static async Task<double> Recovery(HttpClient http, Bodies bodies, double idle)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var outcome = await Send(http, bodies.Next(), timeoutMs: null);
            if (outcome.Status == 200 && outcome.Milliseconds <= 2 * idle)
            {
                return Stopwatch.GetElapsedTime(start).TotalSeconds;
            }

            await Task.Delay(20);
        }
    }

    private static async Task<Outcome> Send(HttpClient http, string[] texts, int? timeoutMs)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var response = await http.SendAsync(OpenAi.Request(texts, "base64", timeoutMs));
            await response.Content.ReadAsByteArrayAsync();
            return new Outcome(
                (int)response.StatusCode,
                Stopwatch.GetElapsedTime(start).TotalMilliseconds,
                response.Headers.RetryAfter?.Delta
            );
        }
        catch (HttpRequestException)
        {
            return new Outcome(0, Stopwatch.GetElapsedTime(start).TotalMilliseconds, null);
        }
    }

    private static async Task Watch(MeasuredService service, List<long> memory, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                memory.Add(service.ResidentMegabytes);
                await Task.Delay(500, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The load has ended.
        }
    }

    internal sealed record Outcome(int Status, double Milliseconds, TimeSpan? RetryAfter);

    /// <summary>Texts of one length, new ones for each request.</summary>
    internal sealed class Bodies(HttpWorkload workload, int texts, int tokens)
    {
        private readonly string[] _pool = workload.Texts.OfLengths(Enumerable.Repeat(tokens - 4, 4096));
        private int _next;

        public string[] Next()
        {
            var first = Interlocked.Add(ref _next, texts);
            return [.. Enumerable.Range(first, texts).Select(i => $"{i} {_pool[i % _pool.Length]}")];
        }
    }
}
