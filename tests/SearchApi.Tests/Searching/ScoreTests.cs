using EmbedPlatform.Client.Search;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

/// <summary>The scale of scores, thresholds on it, totals and how far pages reach.</summary>
public sealed class ScoreTests(Platform platform)
{
    [Theory]
    [InlineData("hybrid", "never")]
    [InlineData("hybrid", "always")]
    [InlineData("lexical", "always")]
    [InlineData("dense", "never")]
    public async Task A_lone_perfect_match_has_a_high_score(string mode, string rerank)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", new { id = "only", text = "red copper kettle" });
        await api.EmbeddedAsync("c");

        var found = await api.SearchAsync(
            "c",
            new
            {
                query = "red copper kettle",
                mode,
                rerank,
            }
        );

        Assert.InRange(Assert.Single(found.Results).Score, 0.85, 1.0001);
    }

    [Theory]
    [InlineData("score", "never")]
    [InlineData("score", "always")]
    [InlineData("rrf", "never")]
    public async Task Scores_of_a_hybrid_search_lie_between_0_and_1_and_a_threshold_cuts_the_hits_below_it(string fusion, string rerank)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartWithDocumentsAsync(models);
        var all = await FindAsync(null);
        var threshold = all.Results[12].Score;

        var above = await FindAsync(threshold);
        var none = await FindAsync(2);

        Assert.Equal(41, all.Results.Count);
        Assert.All(all.Results, hit => Assert.InRange(hit.Score, 0, 1));
        Assert.Equal(all.Results.OrderByDescending(hit => hit.Score), all.Results);
        Assert.Equal(
            all.Results.Where(hit => hit.Score >= threshold).Select(hit => (hit.Id, hit.Score)),
            above.Results.Select(hit => (hit.Id, hit.Score))
        );
        Assert.Equal((above.Results.Count, TotalRelation.Equal), ((int)above.Metadata.Total!, above.Metadata.TotalRelation));
        Assert.Empty(none.Results);
        Assert.Equal(0, none.Metadata.Total);

        Task<SearchResponse> FindAsync(double? threshold) =>
            api.SearchAsync(
                "c",
                new
                {
                    query = "alpha kind3 common",
                    limit = 100,
                    fusion,
                    rerank,
                    threshold,
                    total = true,
                }
            );
    }

    [Theory]
    [InlineData("lexical", "never")]
    [InlineData("dense", "never")]
    [InlineData("lexical", "always")]
    [InlineData("dense", "always")]
    public async Task A_threshold_is_a_minimum_of_the_score_in_modes_of_one_leg(string mode, string rerank)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartWithDocumentsAsync(models);
        var all = await FindAsync(null);
        var threshold = all.Results[all.Results.Count / 2].Score;

        var above = await FindAsync(threshold);

        Assert.Equal(
            all.Results.Where(hit => hit.Score >= threshold).Select(hit => (hit.Id, hit.Score)),
            above.Results.Select(hit => (hit.Id, hit.Score))
        );
        Assert.Equal(above.Results.Count, above.Metadata.Total);

        Task<SearchResponse> FindAsync(double? threshold) =>
            api.SearchAsync(
                "c",
                new
                {
                    query = "alpha kind3 common",
                    limit = 100,
                    mode,
                    rerank,
                    threshold,
                    total = true,
                }
            );
    }

    [Theory]
    [InlineData("hybrid")]
    [InlineData("dense")]
    [InlineData("lexical")]
    public async Task What_is_counted_can_be_paged_to(string mode)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartWithDocumentsAsync(models, ("Search:LegDepth", "10"));

        var page = await api.SearchAsync(
            "c",
            new
            {
                query = "common alpha",
                mode,
                limit = 7,
                pages = true,
                total = true,
            }
        );
        var (total, ids) = (page.Metadata.Total, page.Results.Select(hit => hit.Id).ToList());
        while (page.Metadata.Next is { } cursor)
        {
            page = await api.SearchAsync("c", new { cursor });
            Assert.Equal((total, TotalRelation.Equal), (page.Metadata.Total, page.Metadata.TotalRelation));
            ids.AddRange(page.Results.Select(hit => hit.Id));
        }

        Assert.Equal(41, total);
        Assert.Equal(total, ids.Distinct().Count());
        Assert.Equal(total, ids.Count);
    }

    [Fact]
    public async Task A_total_beyond_the_last_page_says_at_least_and_where_pages_end()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Search:PageWindow", "1000"));
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", [.. Enumerable.Range(0, 1_200).Select(i => (object)new { id = $"d{i}", text = $"same thing{i}" })]);
        await api.EmbeddedAsync("c");

        foreach (var mode in new[] { "hybrid", "dense", "lexical" })
        {
            var all = await FindAsync(mode, offset: 0, limit: 1_000);
            var beyond = await FindAsync(mode, offset: 1_000, limit: 10);

            Assert.Equal(
                (1_200L, TotalRelation.AtLeast, 1_000L, 1_000),
                (all.Metadata.Total, all.Metadata.TotalRelation, all.Metadata.Pageable, all.Results.Count)
            );
            Assert.Empty(beyond.Results);
        }

        Task<SearchResponse> FindAsync(string mode, int offset, int limit) =>
            api.SearchAsync(
                "c",
                new
                {
                    query = "same thing7",
                    mode,
                    offset,
                    limit,
                    total = true,
                    fields = Array.Empty<string>(),
                }
            );
    }
}
