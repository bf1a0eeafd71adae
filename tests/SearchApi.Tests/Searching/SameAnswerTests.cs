using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

/// <summary>Answers depend on the request and the data: not on the limit, the load or earlier requests.</summary>
public sealed class SameAnswerTests(Platform platform)
{
    private const int Documents = 600;
    private const int Requests = 1_000;

    private static readonly string[] Modes = ["hybrid", "lexical", "dense"];

    [Fact]
    public async Task The_first_hits_do_not_depend_on_the_limit_the_offset_or_paging()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        foreach (var kind in Kinds())
        {
            var ten = await IdsAsync(kind, ("limit", 10));

            foreach (var limit in new[] { 1, 50, 150, 600 })
            {
                var more = await IdsAsync(kind, ("limit", limit));
                Assert.Equal(ten.Take(limit), more.Take(10));
            }

            var fifty = await IdsAsync(kind, ("limit", 50));
            Assert.Equal(fifty.Skip(20).Take(10), await IdsAsync(kind, ("limit", 10), ("offset", 20)));
            Assert.Equal(ten, await IdsAsync(kind, ("limit", 10), ("pages", true)));
        }

        async Task<List<string>> IdsAsync(JsonObject kind, params (string Name, JsonNode Value)[] more)
        {
            var request = kind.DeepClone().AsObject();
            request["cache"] = false;
            foreach (var (name, value) in more)
            {
                request[name] = value.DeepClone();
            }

            return [.. (await api.SearchAsync("c", request)).Results.Select(hit => $"{hit.Id} {hit.Score:R}")];
        }
    }

    [Fact]
    public async Task Random_requests_are_answered_the_same_on_an_idle_and_on_a_loaded_machine()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);
        var random = new Random(20261128);
        var requests = Enumerable.Range(0, Requests).Select(_ => Next(random)).ToList();
        var idle = await AnswerAsync(requests);

        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => Task.Run(() => Burn(stop.Token))).ToList();
        var writing = Task.Run(() => WriteAsync(api, stop.Token));
        var loaded = await AnswerAsync(requests);
        await stop.CancelAsync();
        await Task.WhenAll([.. load, writing]);

        for (var i = 0; i < requests.Count; i++)
        {
            Assert.True(idle[i] == loaded[i], $"{requests[i].ToJsonString()}\n{idle[i]}\n{loaded[i]}");
        }

        async Task<string[]> AnswerAsync(List<JsonObject> requests)
        {
            var answers = new string[requests.Count];
            await Parallel.ForAsync(
                0,
                requests.Count,
                new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken },
                async (i, _) =>
                {
                    var answer = await Api.ReadAsync<JsonNode>(await api.PostSearchAsync("c", requests[i]));
                    answer["metadata"]!.AsObject().Remove("timings");
                    answers[i] = answer.ToJsonString();
                }
            );
            return answers;
        }
    }

    [Fact]
    public async Task A_long_query_reranks_fewer_candidates_and_the_metadata_say_so()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        var usual = (await FindAsync("word3 word5")).Metadata.Rerank;
        var lengthy = (await FindAsync(string.Join(' ', Enumerable.Range(0, 200).Select(i => $"word{i % 40}")))).Metadata.Rerank;

        Assert.Equal(new RerankOutcome(true, null, 60, 60), usual);
        Assert.Equal((true, "the query is long", 60), (lengthy.Applied, lengthy.Reason, lengthy.Asked));
        Assert.InRange(lengthy.Done, 10, 30);

        Task<SearchResponse> FindAsync(string query) =>
            api.SearchAsync(
                "c",
                new
                {
                    query,
                    rerank = "always",
                    rerank_depth = 60,
                }
            );
    }

    [Fact]
    public async Task A_request_limits_reranking_by_its_own_timeout_and_the_metadata_say_how_far_it_came()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);
        models.RerankDelay = TimeSpan.FromMilliseconds(400);

        var part = (await FindAsync(1_000)).Metadata;
        var none = (await FindAsync(1)).Metadata;
        var whole = (await FindAsync(null)).Metadata;

        Assert.Equal((true, "timeout_ms has passed", 60), (part.Rerank.Applied, part.Rerank.Reason, part.Rerank.Asked));
        Assert.InRange(part.Rerank.Done, 20, 40);
        Assert.Equal([$"reranking ended after {part.Rerank.Done} documents: timeout_ms has passed"], part.Degraded);
        Assert.Equal(new RerankOutcome(false, "timeout_ms has passed", 60, 0), none.Rerank);
        Assert.Equal(new RerankOutcome(true, null, 60, 60), whole.Rerank);

        Task<SearchResponse> FindAsync(int? timeout_ms) =>
            api.SearchAsync(
                "c",
                new
                {
                    query = "word3 word5",
                    rerank = "always",
                    rerank_depth = 60,
                    timeout_ms,
                    cache = false,
                }
            );
    }

    [Fact]
    public async Task Fusion_without_the_models_weights_says_so()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);
        models.InfoDown = true;
        await using var fresh = await Api.StartAsync(api.Database, platform.Redis.ConnectionString, models);

        var found = await fresh.SearchAsync("c", new { query = "word3", rerank = "never" });

        Assert.Equal(["fusion used equal weights: EmbedService did not report its models"], found.Metadata.Degraded);
    }

    private static IEnumerable<JsonObject> Kinds()
    {
        foreach (var mode in Modes)
        {
            foreach (var rerank in new[] { "never", "always" })
            {
                foreach (var filter in new[] { null, """{"field":"stock","eq":true}""" })
                {
                    foreach (var fusion in mode == "hybrid" ? ["score", "rrf"] : new string?[] { null })
                    {
                        yield return new JsonObject
                        {
                            ["query"] = "word3 word17 word29",
                            ["mode"] = mode,
                            ["rerank"] = rerank,
                            ["rerank_depth"] = 30,
                            ["fusion"] = fusion,
                            ["filter"] = filter is null ? null : JsonNode.Parse(filter),
                        };
                    }
                }
            }
        }
    }

    private static JsonObject Next(Random random)
    {
        var words = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Corpus.Words[random.Next(Corpus.Words.Length)]);
        return new JsonObject
        {
            ["query"] = string.Join(' ', words),
            ["mode"] = Modes[random.Next(3)],
            ["limit"] = random.Next(1, 120),
            ["offset"] = random.Next(3) == 0 ? random.Next(100) : 0,
            ["rerank"] = random.Next(3) == 0 ? "always" : "never",
            ["fusion"] = random.Next(2) == 0 ? "score" : "rrf",
            ["filter"] = random.Next(2) == 0 ? RandomFilter.Next(random).Json : null,
            ["total"] = random.Next(2) == 0,
            ["highlight"] = random.Next(4) == 0 ? true : null,
            ["threshold"] = random.Next(4) == 0 ? 0.2 : null,
            ["cache"] = false,
        };
    }

    // A narrow index scan and few candidates, so that the index misses documents and pools end early.
    private async Task<Api> StartAsync(ModelServer models)
    {
        var random = new Random(7);
        var api = await platform.StartAsync(
            models,
            ("Search:LegDepth", "25"),
            ("Search:EfSearch", "20"),
            ("Search:DenseEfSearch", "20"),
            ("Search:ExactDocuments", "50"),
            ("Search:ExactMegabytes", "0"),
            ("Ingestion:IndexThreshold", "50")
        );
        await api.CreateAsync("c", new { language = "simple" });
        var documents = Enumerable
            .Range(0, Documents)
            .Select(i => Corpus.Document(random, i))
            .Select(document =>
                (object)
                    new
                    {
                        id = document.Id,
                        text = document.Text,
                        metadata = document.Metadata,
                    }
            );
        await api.UpsertAsync("c", [.. documents]);
        await api.EmbeddedAsync("c");
        await Eventually.TrueAsync(async () => !(await api.GetAsync("c")).IndexPending, "the vectors are indexed");
        return api;
    }

    private static void Burn(CancellationToken stop)
    {
        var spin = 0L;
        while (!stop.IsCancellationRequested)
        {
            spin = unchecked((spin * 31) + 7);
        }

        GC.KeepAlive(spin);
    }

    private static async Task WriteAsync(Api api, CancellationToken stop)
    {
        await api.CreateAsync("other", new { language = "simple" });
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            await api.UpsertAsync("other", new { id = $"d{round % 50}", text = $"word{round} word3 word5" });
        }
    }
}
