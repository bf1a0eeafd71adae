using System.Net;
using System.Net.Http.Json;
using System.Text;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

public sealed class SearchTests(Platform platform)
{
    private static readonly object[] Animals =
    [
        new
        {
            id = "cat",
            title = "Cats",
            text = "The cat sleeps on the warm mat. A cat purrs.",
        },
        new
        {
            id = "dog",
            title = "Dogs",
            text = "The dog barks at the postman and chases the cat.",
            metadata = new { legs = 4 },
        },
        new
        {
            id = "fish",
            title = "Fish",
            text = "Goldfish swim in circles in cold water.",
        },
    ];

    [Fact]
    public async Task Lexical_search_returns_the_BM25_scores_of_an_independent_computation_also_after_updates_and_deletes()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("bm", new { language = "simple" });
        await api.UpsertAsync(
            "bm",
            new { id = "a", text = "red red blue" },
            new { id = "b", text = "old words that go away red" },
            new { id = "c", text = "green" },
            new { id = "x", text = "red red red red" }
        );
        await api.UpsertAsync("bm", new { id = "b", text = "blue green yellow red pink" });
        Assert.Equal(HttpStatusCode.NoContent, (await api.Http.DeleteAsync("/api/v1/collections/bm/documents/x")).StatusCode);

        var found = await api.SearchAsync("bm", new { query = "red blue blue", mode = "lexical" });

        // N = 3, lengths 3, 5, 1, so the average is 3; red and blue are in two documents; blue is asked for twice.
        var idf = Math.Log(1 + ((3 - 2 + 0.5) / (2 + 0.5)));
        double Part(double tf, double length) => idf * tf * 1.9 / (tf + (0.9 * (1 - 0.4 + (0.4 * length / 3))));
        Assert.Equal(["a", "b"], found.Results.Select(r => r.Id));
        Assert.Equal(Part(2, 3) + (2 * Part(1, 3)), found.Results[0].Score, 8);
        Assert.Equal(Part(1, 5) + (2 * Part(1, 5)), found.Results[1].Score, 8);
    }

    [Fact]
    public async Task Hybrid_search_explains_every_leg_and_orders_by_the_sum_of_the_contributions()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("animals");
        await api.UpsertAsync("animals", Animals);
        await api.EmbeddedAsync("animals");

        var found = await api.SearchAsync("animals", new { query = "cat on a mat" });

        Assert.Equal("cat", found.Results[0].Id);
        Assert.Empty(found.Metadata.Degraded);
        Assert.True(found.Metadata.Rerank.Applied);
        Assert.All(found.Results, hit => Assert.All([hit.Explain.Lexical, hit.Explain.Dense, hit.Explain.Rerank], Assert.NotNull));
        Assert.Equal(found.Results.OrderByDescending(hit => hit.Explain.Contribution), found.Results);
        Assert.Equal(4, found.Results.Single(r => r.Id == "dog").Metadata!.Value.GetProperty("legs").GetInt32());
        Assert.True((await api.SearchAsync("animals", new { query = "cat on a mat", cache = false })).Metadata.Timings.EmbedCached);
    }

    [Fact]
    public async Task Without_the_model_services_search_reports_its_degradation_and_dense_search_is_a_503()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("animals");
        await api.UpsertAsync("animals", Animals);
        await api.EmbeddedAsync("animals");

        models.RerankDown = true;
        var fused = await api.SearchAsync("animals", new { query = "a sleeping cat" });
        Assert.False(fused.Metadata.Rerank.Applied);
        Assert.NotNull(fused.Metadata.Rerank.Reason);
        Assert.Single(fused.Metadata.Degraded);
        Assert.Equal("cat", fused.Results[0].Id);

        models.EmbedDown = true;
        var lexical = await api.SearchAsync("animals", new { query = "a purring cat" });
        Assert.Equal(2, lexical.Metadata.Degraded.Count);
        Assert.Equal("cat", lexical.Results[0].Id);
        Assert.Null(lexical.Results[0].Explain.Dense);

        var dense = await api.PostSearchAsync("animals", new { query = "a bird", mode = "dense" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, dense.StatusCode);
        Assert.NotNull(dense.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_corrupt_or_dead_Redis_changes_no_response()
    {
        await using var redis = new NativeRedis();
        await redis.InitializeAsync();
        await using var models = await ModelServer.StartAsync();
        await using var api = await Api.StartAsync(
            await platform.NewDatabaseAsync(),
            redis.ConnectionString,
            models,
            ("Search:ResultCacheTimeToLive", "00:00:00")
        );
        await api.CreateAsync("animals");
        await api.UpsertAsync("animals", Animals);
        await api.EmbeddedAsync("animals");
        var honest = await api.SearchAsync("animals", new { query = "cold water", mode = "dense" });

        using (var liar = StackExchange.Redis.ConnectionMultiplexer.Connect(redis.ConnectionString))
        {
            var key = (await liar.GetDatabase().ScriptEvaluateAsync("return redis.call('keys','*')[1]")).ToString();
            Assert.NotNull(key);
            var value = (byte[])(await liar.GetDatabase().StringGetAsync(key))!;
            value[20] ^= 1;
            await liar.GetDatabase().StringSetAsync(key, value);
        }

        var lied = await api.SearchAsync("animals", new { query = "cold water", mode = "dense" });
        await redis.StopAsync();
        var dead = await api.SearchAsync("animals", new { query = "cold water", mode = "dense" });

        Assert.Equal(HttpStatusCode.OK, (await api.Http.GetAsync("/health")).StatusCode);
        Assert.False(lied.Metadata.Timings.EmbedCached);
        Assert.Equal(honest.Results.Select(r => (r.Id, r.Score)), lied.Results.Select(r => (r.Id, r.Score)));
        Assert.Equal(honest.Results.Select(r => (r.Id, r.Score)), dead.Results.Select(r => (r.Id, r.Score)));
    }

    [Theory]
    [InlineData("{\"query\":\"  \"}", "query")]
    [InlineData("{\"query\":\"a\\u0000b\"}", "query")]
    [InlineData("{\"query\":\"x\",\"limit\":0}", "limit")]
    [InlineData("{\"query\":\"x\",\"limit\":\"many\"}", "limit")]
    [InlineData("{\"query\":\"x\",\"mode\":\"psychic\"}", "mode")]
    [InlineData("{\"query\":\"x\",\"rerank_depth\":-1}", "rerank_depth")]
    public async Task A_wrong_search_is_a_400_that_names_the_field(string body, string field)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");

        var response = await api.Http.PostAsync("/api/v1/collections/c/search", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains($"\"{field}\":[", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Without_PostgreSQL_search_and_health_are_a_503_and_both_recover()
    {
        await using var postgres = new NativePostgres();
        await postgres.InitializeAsync();
        await using var models = await ModelServer.StartAsync();
        await using var api = await Api.StartAsync(postgres.ConnectionString, platform.Redis.ConnectionString, models);
        await api.CreateAsync("c");
        await postgres.StopAsync();

        var response = await api.PostSearchAsync("c", new { query = "x" });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await api.Http.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.Http.GetAsync("/alive")).StatusCode);
        await postgres.StartAsync();
        await Eventually.TrueAsync(async () => (await api.PostSearchAsync("c", new { query = "x" })).IsSuccessStatusCode, "search is back");
    }
}
