using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using EmbedPlatform.TestKit;
using OpenTelemetry;
using OpenTelemetry.Trace;
using StackExchange.Redis;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

/// <summary>What the trace of a search holds.</summary>
public sealed class TraceTests(Platform platform)
{
    private const string Redis = "OpenTelemetry.Instrumentation.StackExchangeRedis";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_of_a_search_is_one_span_and_Redis_keys_and_values_are_in_none()
    {
        var trace = ActivityTraceId.CreateRandom();
        var kept = new Kept(trace);
        await using var redis = new NativeRedis();
        await redis.InitializeAsync();
        // A connection asks for its tie breaker by itself; without one every GET is a search's.
        var address = $"{redis.ConnectionString},tiebreaker=";
        await using var models = await ModelServer.StartAsync();
        await using var api = await Api.StartAsync(
            await platform.NewDatabaseAsync(),
            address,
            models,
            services => services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(kept))
        );
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", new { id = "a", text = "apples are red" }, new { id = "b", text = "the sea is blue" });
        await api.EmbeddedAsync("c");
        using var search = new HttpRequestMessage(HttpMethod.Post, "/api/v1/collections/c/search")
        {
            Content = JsonContent.Create(new { query = "red apples", rerank = "always" }),
            Headers = { { "traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01" } },
        };

        using var answer = await api.Http.SendAsync(search, Cancellation);

        answer.EnsureSuccessStatusCode();
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{address},allowAdmin=true");
        // Commands become spans some seconds after their request.
        await Eventually.TrueAsync(() => Task.FromResult(kept.Spans.Any(span => span.Source.Name == Redis)), "commands are spans");
        var spans = kept.Spans.ToArray();
        // The model services of the test answer in this process too.
        Assert.Equal(
            ["POST /api/v1/collections/{name}/search", "POST /api/v1/embed", "POST /rerank"],
            spans.Where(span => span.Kind == ActivityKind.Server).Select(span => span.DisplayName).Order()
        );
        Assert.Equal(
            ["/api/v1/embed", "/rerank"],
            spans.Where(span => span.DisplayName == "POST").Select(span => new Uri($"{span.GetTagItem("url.full")}").AbsolutePath).Order()
        );
        Assert.Equal(
            await CommandsAsync(connection, redis),
            spans.Where(span => span.Source.Name == Redis).Select(span => span.DisplayName.ToUpperInvariant()).Order()
        );
        Assert.All(spans.GroupBy(span => (span.ParentSpanId, span.DisplayName, span.StartTimeUtc)), same => Assert.Single(same));
        Assert.DoesNotContain(
            spans.Where(span => span.Source.Name == Redis).SelectMany(span => span.TagObjects),
            tag =>
                $"{tag.Value}" is var value
                && (value.Contains("embedplatform", StringComparison.Ordinal) || value.Contains("apples", StringComparison.Ordinal))
        );
    }

    /// <summary>The reads and writes that the server has run, one entry each.</summary>
    private static async Task<IEnumerable<string>> CommandsAsync(ConnectionMultiplexer connection, NativeRedis redis) =>
        from section in await connection.GetServer(redis.ConnectionString).InfoAsync("commandstats")
        from line in section
        let command = line.Key["cmdstat_".Length..].ToUpperInvariant()
        where command is "GET" or "MGET" or "SET" or "SETEX"
        from call in Enumerable.Repeat(command, int.Parse(line.Value.Split(',', '=')[1], CultureInfo.InvariantCulture))
        orderby call
        select call;

    /// <summary>The spans of one trace; others of this process are those of other tests.</summary>
    private sealed class Kept(ActivityTraceId trace) : BaseProcessor<Activity>
    {
        public ConcurrentQueue<Activity> Spans { get; } = [];

        public override void OnEnd(Activity data)
        {
            if (data.Recorded && data.TraceId == trace)
            {
                Spans.Enqueue(data);
            }
        }
    }
}
