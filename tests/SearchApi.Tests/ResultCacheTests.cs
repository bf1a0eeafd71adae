using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

public sealed class ResultCacheTests(Platform platform)
{
    private static readonly object Search = new
    {
        query = "same words",
        mode = "lexical",
        total = true,
        limit = 5,
    };

    [Fact]
    public async Task An_equal_search_is_answered_from_the_cache_until_anything_is_written()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync(
            "c",
            new { id = "a", text = "same words" },
            new
            {
                id = "b",
                text = "same thing",
                metadata = new { n = 1 },
            }
        );
        await api.EmbeddedAsync("c");

        var first = await api.SearchAsync("c", Search);
        // Defaults that are said and defaults that are not are one search.
        var second = await api.SearchAsync(
            "c",
            new
            {
                query = "same words",
                mode = "lexical",
                total = true,
                limit = 5,
                offset = 0,
                rerank = "never",
                highlight = false,
            }
        );
        var asked = await api.SearchAsync(
            "c",
            new
            {
                query = "same words",
                mode = "lexical",
                total = true,
                limit = 5,
                cache = false,
            }
        );
        await api.UpsertAsync(
            "c",
            new
            {
                id = "b",
                text = "same thing",
                metadata = new { n = 2 },
            }
        );
        var third = await api.SearchAsync("c", Search);
        await api.Http.DeleteAsync("/api/v1/collections/c/documents/a");
        var fourth = await api.SearchAsync("c", Search);
        var fifth = await api.SearchAsync("c", Search);

        Assert.Equal(
            [false, true, false, false, false, true],
            new[] { first, second, asked, third, fourth, fifth }.Select(answer => answer.Metadata.Cached)
        );
        Assert.Equal(
            first.Results.Select(hit => (hit.Id, hit.Score, hit.Text)),
            second.Results.Select(hit => (hit.Id, hit.Score, hit.Text))
        );
        Assert.Equal(2, third.Results[1].Metadata!.Value.GetProperty("n").GetInt32());
        Assert.Equal(["b"], fourth.Results.Select(hit => hit.Id));
    }

    [Fact]
    public async Task A_flush_removes_the_platforms_values_and_no_others()
    {
        await using var models = await ModelServer.StartAsync();
        // Other tests count on what is in theirs.
        await using var own = new NativeRedis();
        await own.InitializeAsync();
        await using var api = await Api.StartAsync(await platform.NewDatabaseAsync(), own.ConnectionString, models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", new { id = "a", text = "same words" });
        await api.EmbeddedAsync("c");
        await api.SearchAsync("c", Search);
        var cached = await api.SearchAsync("c", Search);
        await using var redis = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(own.ConnectionString);
        await redis.GetDatabase().StringSetAsync("somebody-elses", "value");

        using var flushed = await api.Http.DeleteAsync("/api/v1/caches");

        Assert.True(flushed.IsSuccessStatusCode, await flushed.Content.ReadAsStringAsync());
        Assert.Matches("""^\{"removed":[1-9][0-9]*\}$""", await flushed.Content.ReadAsStringAsync());
        var after = await api.SearchAsync("c", Search);
        Assert.Equal((true, false), (cached.Metadata.Cached, after.Metadata.Cached));
        Assert.Equal("value", await redis.GetDatabase().StringGetAsync("somebody-elses"));
    }

    [Fact]
    public async Task A_finished_embedding_invalidates_earlier_cached_results()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        models.Hold = new TaskCompletionSource();
        await api.UpsertAsync("c", new { id = "a", text = "same words" });
        var dense = new { query = "same words", mode = "dense" };
        var before = await api.SearchAsync("c", dense);

        models.Hold.SetResult();
        await api.EmbeddedAsync("c");
        var after = await api.SearchAsync("c", dense);

        Assert.Empty(before.Results);
        Assert.Single(after.Results);
    }

    [Fact]
    public async Task An_acknowledged_write_is_in_the_next_response_of_every_replica_under_concurrent_load()
    {
        await using var models = await ModelServer.StartAsync();
        await using var one = await platform.StartAsync(models);
        await using var two = await Api.StartAsync(one.Database, platform.Redis.ConnectionString, models);
        await one.CreateAsync("c", new { language = "simple" });
        await one.UpsertAsync("c", new { id = "seed", text = "same" });
        var cached = 0;

        await Parallel.ForAsync(
            0,
            6,
            async (worker, _) =>
            {
                for (var round = 0; round < 25; round++)
                {
                    var id = $"w{worker}r{round}";
                    await (round % 2 == 0 ? one : two).UpsertAsync(
                        "c",
                        new
                        {
                            id,
                            text = "same",
                            metadata = new { worker },
                        }
                    );
                    foreach (var api in (Api[])[two, one])
                    {
                        var found = await api.SearchAsync(
                            "c",
                            new
                            {
                                query = "same",
                                mode = "lexical",
                                limit = 1000,
                                filter = new { field = "worker", eq = worker },
                                fields = new[] { "title" },
                            }
                        );
                        Assert.Equal(round + 1, found.Results.Count);
                        cached += found.Metadata.Cached ? 1 : 0;
                    }

                    if (round % 5 == 4)
                    {
                        await one.Http.DeleteAsync($"/api/v1/collections/c/documents/nothing{round}");
                    }
                }
            }
        );

        var quiet = await one.SearchAsync("c", new { query = "same", mode = "lexical" });
        Assert.False(quiet.Metadata.Cached);
        Assert.True((await two.SearchAsync("c", new { query = "same", mode = "lexical" })).Metadata.Cached || cached > 0);
    }

    [Fact]
    public async Task A_corrupt_result_is_recomputed_and_degraded_responses_are_not_cached()
    {
        await using var redis = new NativeRedis();
        await redis.InitializeAsync();
        await using var models = await ModelServer.StartAsync();
        await using var api = await Api.StartAsync(await platform.NewDatabaseAsync(), redis.ConnectionString, models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", new { id = "a", text = "same words" });
        await api.EmbeddedAsync("c");
        var honest = await api.SearchAsync("c", Search);
        using (var liar = StackExchange.Redis.ConnectionMultiplexer.Connect(redis.ConnectionString))
        {
            var key = (await liar.GetDatabase().ScriptEvaluateAsync("return redis.call('keys','embedplatform:result:*')[1]")).ToString();
            var value = (byte[])(await liar.GetDatabase().StringGetAsync(key))!;
            value[^30] ^= 1;
            await liar.GetDatabase().StringSetAsync(key, value);
        }

        var lied = await api.SearchAsync("c", Search);
        // By now RerankService has said what it serves.
        await api.SearchAsync("c", new { query = "other words" });
        models.RerankDown = true;
        var hybrid = new { query = "same words", limit = 3 };
        await api.SearchAsync("c", hybrid);
        models.RerankDown = false;
        var whole = await api.SearchAsync("c", hybrid);

        Assert.False(lied.Metadata.Cached);
        Assert.Equal(honest.Results[0].Score, lied.Results[0].Score);
        Assert.False(whole.Metadata.Cached);
        Assert.True(whole.Metadata.Rerank.Applied);
    }
}
