using EmbedPlatform.Client.Search;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

/// <summary>Fusion by scores and by ranks, weights, and what a hit says of each leg.</summary>
public sealed class RankingTests(Platform platform)
{
    [Theory]
    [InlineData("score", "never")]
    [InlineData("score", "always")]
    [InlineData("rrf", "never")]
    [InlineData("rrf", "always")]
    public async Task Hits_are_ordered_by_the_sum_of_the_contributions_of_the_legs(string fusion, string rerank)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartWithDocumentsAsync(models);

        var found = await api.SearchAsync(
            "c",
            new
            {
                query = "alpha kind3 common",
                fusion,
                rerank,
                limit = 20,
                weights = new
                {
                    lexical = 2,
                    dense = 0.7,
                    rerank = 1.5,
                },
            }
        );

        Assert.Equal(20, found.Results.Count);
        Assert.Equal(found.Results.OrderByDescending(hit => hit.Explain.Contribution), found.Results);
        Assert.Equal(found.Results.OrderByDescending(hit => hit.Score), found.Results);
    }

    [Fact]
    public async Task Reciprocal_ranks_are_the_weight_over_sixty_and_the_rank()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartWithDocumentsAsync(models);

        var found = await api.SearchAsync(
            "c",
            new
            {
                query = "alpha kind3",
                fusion = "rrf",
                rerank = "always",
                limit = 10,
                weights = new
                {
                    lexical = 1,
                    dense = 3,
                    rerank = 2,
                },
            }
        );

        Assert.All(
            found.Results,
            hit =>
            {
                Check(hit.Explain.Lexical, 1);
                Check(hit.Explain.Dense, 3);
                Check(hit.Explain.Rerank, 2);
            }
        );

        static void Check(LegScore? leg, double weight) =>
            Assert.Equal(leg?.Rank is { } rank ? weight / (60 + rank) : 0, leg?.Contribution ?? 0, 12);
    }

    [Fact]
    public async Task A_weight_scales_its_leg_and_nothing_else()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartWithDocumentsAsync(models);

        var one = await AskAsync(1, 1);
        var twice = await AskAsync(2, 1);
        var none = await AskAsync(0, 1);

        Assert.Equal(one.Keys.Order(), twice.Keys.Order());
        Assert.All(
            one,
            hit =>
            {
                Assert.Equal(2 * hit.Value.Lexical!.Contribution, twice[hit.Key].Lexical!.Contribution, 9);
                Assert.Equal(hit.Value.Dense!.Contribution, twice[hit.Key].Dense!.Contribution, 9);
                Assert.Equal(0, none[hit.Key].Lexical!.Contribution);
            }
        );

        async Task<Dictionary<string, HitExplanation>> AskAsync(double lexical, double dense) =>
            (
                await api.SearchAsync(
                    "c",
                    new
                    {
                        query = "alpha kind3 common",
                        rerank = "never",
                        limit = 60,
                        weights = new { lexical, dense },
                    }
                )
            ).Results.ToDictionary(hit => hit.Id, hit => hit.Explain);
    }

    [Fact]
    public async Task Options_supply_the_weights_that_the_request_omits_one_by_one()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartWithDocumentsAsync(models, ("Search:Fused:Lexical", "0"), ("Search:Fused:Dense", "5"));
        await using var plain = await Api.StartAsync(
            api.Database,
            platform.Redis.ConnectionString,
            models,
            ("Search:Fused:Lexical", "1"),
            ("Search:Fused:Dense", "1")
        );

        var weighed = await api.SearchAsync("c", new { query = "alpha kind3", rerank = "never" });
        var asked = await api.SearchAsync(
            "c",
            new
            {
                query = "alpha kind3",
                rerank = "never",
                weights = new { lexical = 1 },
            }
        );
        var even = (
            await plain.SearchAsync(
                "c",
                new
                {
                    query = "alpha kind3",
                    rerank = "never",
                    limit = 60,
                }
            )
        ).Results.ToDictionary(hit => hit.Id, hit => hit.Explain);

        Assert.All(weighed.Results, hit => Assert.Equal(0, hit.Explain.Lexical!.Contribution));
        Assert.All(
            asked.Results,
            hit =>
            {
                Assert.Equal(even[hit.Id].Lexical!.Contribution, hit.Explain.Lexical!.Contribution, 9);
                Assert.Equal(5 * even[hit.Id].Dense!.Contribution, hit.Explain.Dense!.Contribution, 9);
            }
        );
    }
}
