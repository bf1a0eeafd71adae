using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>What an operator sees of the platform in its dashboard: whole traces, the right names, and nobody's words.</summary>
public sealed class DashboardTests(PlatformWithDashboard platform) : IClassFixture<PlatformWithDashboard>
{
    private const string Collection = "api/v1/collections/traced";
    private const string RedisSource = "OpenTelemetry.Instrumentation.StackExchangeRedis";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reranked_hybrid_search_is_one_trace_through_all_services()
    {
        await IndexAsync("The moon pulls the tides of the sea.", "Bread rises because of yeast.", "A sailor reads the stars.");

        var (trace, caller) = await SearchAsync("what moves the water of the oceans");

        var spans = await platform.TraceAsync(trace, Complete, Cancelled);
        Assert.True(Complete(spans), string.Join('\n', spans));
        Assert.All(spans, span => Assert.Equal(trace, span.TraceId));

        // Whoever called the search is the root; each other span's parent is in the trace.
        var request = Only(spans, "search", "POST /api/v1/collections/{name}/search");
        Assert.Equal(caller, request.ParentId);
        Assert.Equal("200", request.Attributes["http.response.status_code"]);
        var known = spans.Select(span => (string?)span.Id).ToHashSet();
        Assert.All(spans.Where(span => span != request), span => Assert.Contains(span.ParentId, known));

        AssertEmbedded(spans, request);
        AssertReranked(spans, request);
        Assert.Contains(spans, span => span is { Service: "search", Source: "Npgsql" } && Parent(spans, span).Name == "search.lexical");
        Assert.Contains(spans, span => span is { Service: "search", Source: "Npgsql" } && Parent(spans, span).Name == "search.dense");
        Assert.Contains(spans, span => span is { Service: "search", Source: RedisSource, Name: "GET" } && span.ParentId == request.Id);
    }

    [Fact]
    public async Task No_span_log_line_or_metric_holds_what_was_stored_or_asked_or_a_key()
    {
        var (stored, asked, key) = ($"stored{Guid.NewGuid():N}", $"asked{Guid.NewGuid():N}", $"key{Guid.NewGuid():N}");
        await IndexAsync($"The {stored} is kept.", $"{stored} and more of it.");
        var (trace, _) = await SearchAsync($"where is the {asked} of {stored}", key);
        await platform.TraceAsync(trace, Complete, Cancelled);

        // The lines of a request belong to its trace, in all three services, which send them each in its own time.
        string[] services = ["embed", "rerank", "search"];
        Assert.Equal(
            services,
            await Eventually.BecomesAsync(() => ServicesThatLoggedAsync(trace), services.SequenceEqual, "every service logs")
        );
        var spans = (await platform.ReadAsync("spans?limit=10000", Cancelled)).ToJsonString();
        var logs = (await platform.ReadAsync("logs?limit=10000", Cancelled)).ToJsonString();

        Assert.Contains(trace, spans, StringComparison.Ordinal);
        foreach (var told in (string[])[spans, logs, await platform.MetricsAsync(Cancelled)])
        {
            Assert.DoesNotContain(stored, told, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(asked, told, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(key, told, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Telemetry_comes_from_the_three_services_under_the_names_of_the_graph()
    {
        string[] services = ["embed", "rerank", "search"];

        var resources = await Eventually.BecomesAsync(
            async () => (await platform.ReadAsync("resources", Cancelled)).AsArray(),
            told => told.Count == services.Length && told.All(one => (bool)one!["hasMetrics"]!),
            "every service sends metrics"
        );

        Assert.Equal(services, resources.Select(one => (string)one!["name"]!).Order());
        Assert.All(resources, one => Assert.True((bool)one!["hasMetrics"]!));
    }

    [Fact]
    public async Task The_dashboard_shows_nothing_without_a_key()
    {
        using var telemetry = await platform.Stranger.GetAsync(new Uri("api/telemetry/resources", UriKind.Relative), Cancelled);
        using var page = await platform.Stranger.GetAsync(new Uri("traces", UriKind.Relative), Cancelled);

        Assert.Equal(HttpStatusCode.Unauthorized, telemetry.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.Contains("/login", page.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    private static bool Complete(IReadOnlyList<Span> spans) =>
        spans.Any(span => span is { Service: "search", Source: "Microsoft.AspNetCore" })
        && spans.Any(span => span is { Service: "embed", Source: "Microsoft.AspNetCore" })
        && spans.Any(span => span is { Service: "rerank", Source: "Microsoft.AspNetCore" })
        && spans.Any(span => span is { Service: "search", Source: RedisSource, Name: "GET" })
        && spans.Any(span => span is { Service: "embed", Source: RedisSource, Name: "MGET" });

    private static void AssertEmbedded(IReadOnlyList<Span> spans, Span request)
    {
        var model = Assert.Single(spans, span => span.Service == "embed" && span.Name.StartsWith("embeddings ", StringComparison.Ordinal));
        Assert.Equal("embeddings", model.Attributes["gen_ai.operation.name"]);
        Assert.Equal(model.Name["embeddings ".Length..], model.Attributes["gen_ai.request.model"]);
        Assert.InRange(int.Parse(model.Attributes["gen_ai.usage.input_tokens"], null), 1, 100);
        Assert.Equal("1", model.Attributes["embedplatform.texts"]);
        AssertPath(spans, model, "POST /api/v1/embed", "POST", "search.dense", request.Name);
        AssertRun(spans, model);
        Assert.Single(spans, span => span is { Service: "embed", Source: RedisSource, Name: "MGET" } && span.ParentId == model.Id);
        Assert.Equal("inference.run", Parent(spans, Only(spans, "embed", "inference.pool")).Name);
    }

    private static void AssertReranked(IReadOnlyList<Span> spans, Span request)
    {
        var model = Assert.Single(spans, span => span.Service == "rerank" && span.Name.StartsWith("rerank ", StringComparison.Ordinal));
        Assert.Equal("rerank", model.Attributes["gen_ai.operation.name"]);
        Assert.Equal("3", model.Attributes["embedplatform.documents"]);
        AssertPath(spans, model, "POST /rerank", "POST", "search.rerank", request.Name);
        AssertRun(spans, model);
    }

    private static void AssertRun(IReadOnlyList<Span> spans, Span model)
    {
        foreach (var part in (string[])["inference.tokenize", "inference.queue", "inference.run"])
        {
            Assert.Equal(model.Id, Only(spans, model.Service, part).ParentId);
        }
    }

    private static void AssertPath(IReadOnlyList<Span> spans, Span span, params string[] ancestors)
    {
        foreach (var ancestor in ancestors)
        {
            span = Parent(spans, span);
            Assert.Equal(ancestor, span.Name);
        }
    }

    private static Span Only(IReadOnlyList<Span> spans, string service, string name) =>
        Assert.Single(spans, span => span.Service == service && span.Name == name);

    private static Span Parent(IReadOnlyList<Span> spans, Span child) => Assert.Single(spans, span => span.Id == child.ParentId);

    private async Task IndexAsync(params string[] texts)
    {
        using var made = await platform.Search.PutAsJsonAsync(Collection, new { }, Cancelled);
        made.EnsureSuccessStatusCode();
        using var sent = await platform.Search.PostAsJsonAsync(
            $"{Collection}/documents",
            new { documents = texts.Select(text => new { id = $"{Guid.NewGuid():N}", text }) },
            Cancelled
        );
        sent.EnsureSuccessStatusCode();
        await Eventually.TrueAsync(
            async () => (int)(await platform.Search.GetFromJsonAsync<JsonNode>(Collection, Cancelled))!["pending"]! == 0,
            "the documents are embedded"
        );
    }

    private async Task<(string Trace, string Caller)> SearchAsync(string query, string key = "none")
    {
        var (trace, caller) = (ActivityTraceId.CreateRandom().ToHexString(), ActivitySpanId.CreateRandom().ToHexString());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Collection}/search")
        {
            Content = JsonContent.Create(
                new
                {
                    query,
                    limit = 3,
                    rerank = "always",
                    rerank_depth = 3,
                }
            ),
        };
        request.Headers.Add("traceparent", $"00-{trace}-{caller}-01");
        request.Headers.Add("Authorization", $"Bearer {key}");
        using var answer = await platform.Search.SendAsync(request, Cancelled);
        answer.EnsureSuccessStatusCode();
        return (trace, caller);
    }

    private async Task<IEnumerable<string>> ServicesThatLoggedAsync(string trace)
    {
        var logs = await platform.ReadAsync("logs?limit=10000", Cancelled);
        return
        [
            .. (
                from resource in logs["data"]!["resourceLogs"]!.AsArray()
                from scope in resource!["scopeLogs"]!.AsArray()
                from line in scope!["logRecords"]!.AsArray()
                where (string?)line!["traceId"] == trace
                select (string)
                    resource["resource"]!["attributes"]!.AsArray().Single(one => (string)one!["key"]! == "service.name")!["value"]![
                        "stringValue"
                    ]!
            )
                .Distinct()
                .Order(),
        ];
    }
}
