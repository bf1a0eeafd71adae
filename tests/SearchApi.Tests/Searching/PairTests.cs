using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

/// <summary>Weights and reranking by what the model services know of the pair they serve.</summary>
public sealed class PairTests(Platform platform)
{
    private static readonly object Plain = new
    {
        query = "alpha kind3 common",
        limit = 5,
        cache = false,
    };

    [Fact]
    public async Task A_search_reranks_with_the_pairs_weights_if_a_gain_was_measured()
    {
        await using var models = await ModelServer.StartAsync();
        models.Fusion = [Pair("bag", "overlap", gain: 0.02) with { Dense = 0.3, Rerank = 0.7, RerankDepth = 12 }];
        await using var api = await platform.StartWithDocumentsAsync(models);

        var found = (await api.SearchAsync("c", Plain)).Metadata;

        Assert.Equal((true, 12), (found.Rerank.Applied, found.Rerank.Done));
        Assert.Equal(
            new LegWeights
            {
                Lexical = 1,
                Dense = 0.3,
                Rerank = 0.7,
            },
            found.Fusion!.Weights
        );
        Assert.Equal("measured for bag with overlap", found.Fusion.Source);
    }

    [Fact]
    public async Task A_pair_that_loses_by_reranking_is_fused_without_it_with_a_reason_unless_reranking_is_requested()
    {
        await using var models = await ModelServer.StartAsync();
        models.Fusion = [Pair("bag", null) with { Dense = 0.9 }, Pair("bag", "overlap", gain: -0.008) with { Rerank = 0.7 }];
        await using var api = await platform.StartWithDocumentsAsync(models);

        var left = (await api.SearchAsync("c", Plain)).Metadata;
        var asked = (await api.SearchAsync("c", new { query = "alpha kind3 common", rerank = "always" })).Metadata;

        Assert.False(left.Rerank.Applied);
        Assert.Equal("auto: reranking bag with overlap changes nDCG@10 by -0.008 (a test)", left.Rerank.Reason);
        Assert.Empty(left.Degraded);
        Assert.Equal(new LegWeights { Lexical = 1, Dense = 0.9 }, left.Fusion!.Weights);
        Assert.True(asked.Rerank.Applied);
        Assert.Equal(0.7, asked.Fusion!.Weights.Rerank);
    }

    [Fact]
    public async Task An_unmeasured_pair_is_fused_without_reranking_and_on_request_uses_the_weights_of_each_model()
    {
        await using var models = await ModelServer.StartAsync();
        models.Fusion = [Pair("bag", null) with { Dense = 0.4 }, Pair(null, "overlap") with { Rerank = 2, Measured = null }];
        await using var api = await platform.StartWithDocumentsAsync(models);

        var left = (await api.SearchAsync("c", Plain)).Metadata;
        var asked = (await api.SearchAsync("c", new { query = "alpha kind3 common", rerank = "always" })).Metadata;

        Assert.Equal("auto: no gain was measured for reranking bag with overlap", left.Rerank.Reason);
        Assert.Equal(
            new LegWeights
            {
                Lexical = 1,
                Dense = 0.4,
                Rerank = 2,
            },
            asked.Fusion!.Weights
        );
        Assert.Equal("assumed for bag with overlap, not measured", asked.Fusion.Source);
    }

    [Fact]
    public async Task Unknown_models_get_equal_weights_and_the_response_reports_it()
    {
        await using var models = await ModelServer.StartAsync();
        models.SaysNothing = true;
        await using var api = await platform.StartWithDocumentsAsync(models);

        var left = (await api.SearchAsync("c", Plain)).Metadata;
        var asked = (await api.SearchAsync("c", new { query = "alpha kind3 common", rerank = "always" })).Metadata;

        Assert.False(left.Rerank.Applied);
        Assert.Equal(new LegWeights { Lexical = 1, Dense = 1 }, left.Fusion!.Weights);
        Assert.Equal("equal weights, because none are known for bag", left.Fusion.Source);
        Assert.Equal(
            new LegWeights
            {
                Lexical = 1,
                Dense = 1,
                Rerank = 1,
            },
            asked.Fusion!.Weights
        );
        Assert.Equal("equal weights, because none are known for bag with overlap", asked.Fusion.Source);
    }

    [Fact]
    public async Task A_model_has_the_weights_of_its_origin()
    {
        await using var models = await ModelServer.StartAsync();
        (models.EmbedderMadeFrom, models.RerankerMadeFrom) = (["bag-fp32", "publisher/bag"], ["publisher/overlap"]);
        models.Fusion =
        [
            Pair("publisher/bag", "publisher/overlap", gain: 0.02) with
            {
                Rerank = 0.6,
            },
            Pair("elsewhere", "overlap", gain: -1),
        ];
        await using var api = await platform.StartWithDocumentsAsync(models);

        var found = (await api.SearchAsync("c", Plain)).Metadata;

        Assert.True(found.Rerank.Applied);
        Assert.Equal("measured for publisher/bag with publisher/overlap", found.Fusion!.Source);
    }

    [Fact]
    public async Task A_changed_reranker_is_detected_by_its_first_response()
    {
        await using var models = await ModelServer.StartAsync();
        models.Fusion = [Pair("bag", "overlap", gain: 0.02) with { Rerank = 0.7 }, Pair("bag", "newer", gain: 0.02) with { Rerank = 1.5 }];
        await using var api = await platform.StartWithDocumentsAsync(models);
        var before = (await api.SearchAsync("c", Plain)).Metadata;

        // What services answered a moment ago is not asked anew for two seconds.
        await Task.Delay(TimeSpan.FromSeconds(2.1), TestContext.Current.CancellationToken);
        models.Reranker = "newer";
        var after = (await api.SearchAsync("c", Plain)).Metadata;

        Assert.Equal((0.7, 1.5), (before.Fusion!.Weights.Rerank, after.Fusion!.Weights.Rerank));
    }

    [Fact]
    public async Task Reranking_is_skipped_and_reported_if_the_reranker_never_reported_its_model()
    {
        await using var models = await ModelServer.StartAsync();
        models.RerankDown = true;
        await using var api = await platform.StartWithDocumentsAsync(models);

        var found = (await api.SearchAsync("c", Plain)).Metadata;

        Assert.False(found.Rerank.Applied);
        Assert.Equal(["reranking was skipped: RerankService did not report its model"], found.Degraded);
    }

    [Fact]
    public async Task A_collections_own_settings_come_before_the_models_and_the_requests_before_both()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartWithDocumentsAsync(models, ("Search:Fused:Lexical", "7"), ("Search:Fused:Dense", "7"));
        await api.PatchAsync(
            "c",
            new
            {
                weights = new { dense = 3 },
                fusion = "rrf",
                rerank = "never",
            }
        );

        var own = (await api.SearchAsync("c", Plain)).Metadata;
        var auto = (await api.SearchAsync("c", new { query = "alpha kind3 common", rerank = "auto" })).Metadata;
        var asked = (
            await api.SearchAsync(
                "c",
                new
                {
                    query = "alpha kind3 common",
                    fusion = "score",
                    weights = new { lexical = 2 },
                    rerank = "always",
                }
            )
        ).Metadata;

        Assert.Equal((FusionMode.Rrf, "the service's options, the collection"), (own.Fusion!.Method, own.Fusion.Source));
        Assert.Equal(new LegWeights { Lexical = 7, Dense = 3 }, own.Fusion.Weights);
        Assert.Equal("auto: disabled in the collection's settings", auto.Rerank.Reason);
        Assert.Equal((FusionMode.Score, true), (asked.Fusion!.Method, asked.Rerank.Applied));
        Assert.Equal(
            new LegWeights
            {
                Lexical = 2,
                Dense = 3,
                Rerank = 1,
            },
            asked.Fusion.Weights
        );
    }

    [Fact]
    public async Task Auto_reranks_where_the_collection_was_tuned_to_although_the_pair_loses_elsewhere()
    {
        await using var models = await ModelServer.StartAsync();
        models.Fusion = [Pair("bag", "overlap", gain: -0.5)];
        await using var api = await platform.StartWithDocumentsAsync(models);
        await api.PatchAsync("c", new { rerank = "always", rerank_depth = 7 });

        var found = (await api.SearchAsync("c", new { query = "alpha kind3 common", rerank = "auto" })).Metadata;

        Assert.Equal((true, 7), (found.Rerank.Applied, found.Rerank.Done));
    }

    [Fact]
    public async Task A_changed_setting_takes_effect_at_once_and_invalidates_cached_responses()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartWithDocumentsAsync(models);
        var search = new { query = "alpha kind3 common", limit = 5 };
        await Eventually.TrueAsync(async () => (await api.SearchAsync("c", search)).Metadata.Cached, "the response is cached");

        await api.PatchAsync("c", new { weights = new { lexical = 5 } });
        var changed = (await api.SearchAsync("c", search)).Metadata;

        Assert.Equal((false, 5), (changed.Cached, changed.Fusion!.Weights.Lexical));
    }

    [Fact]
    public async Task Without_fill_a_high_limit_returns_the_same_candidates_as_a_low_one()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartWithDocumentsAsync(models, ("Search:LegDepth", "10"));

        var few = await api.SearchAsync(
            "c",
            new
            {
                query = "alpha kind3",
                limit = 10,
                rerank = "never",
            }
        );
        var pool = await api.SearchAsync(
            "c",
            new
            {
                query = "alpha kind3",
                limit = 1000,
                rerank = "never",
                fill = false,
            }
        );
        var filled = await api.SearchAsync(
            "c",
            new
            {
                query = "alpha kind3",
                limit = 1000,
                rerank = "never",
            }
        );

        Assert.InRange(pool.Results.Count, 10, 20);
        Assert.Equal(few.Results.Select(hit => (hit.Id, hit.Score)), pool.Results.Take(10).Select(hit => (hit.Id, hit.Score)));
        Assert.Equal(41, filled.Results.Count);
    }

    private static FusionAdvice Pair(string? embedder, string? reranker, double? gain = null) =>
        new()
        {
            Embedder = embedder,
            Reranker = reranker,
            Lexical = 1,
            Dense = 1,
            Rerank = reranker is null ? null : 1,
            RerankGain = gain,
            Measured = "a test",
        };
}
