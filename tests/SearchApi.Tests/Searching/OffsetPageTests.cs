using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

public sealed class OffsetPageTests(Platform platform)
{
    private const int Documents = 1500;

    [Theory]
    [InlineData("dense", 7, 280, null)]
    [InlineData("dense", 100, Documents, null)]
    [InlineData("dense", 90, Documents, 1)]
    [InlineData("lexical", 100, Documents, null)]
    public async Task Pages_by_offset_of_an_unchanged_collection_contain_every_document_once(string mode, int limit, int until, int? group)
    {
        await using var models = await ModelServer.StartAsync();
        // A narrow walk, so that the index misses documents and every page could miss others.
        await using var api = await platform.StartAsync(
            models,
            ("Search:EfSearch", "10"),
            ("Search:DenseEfSearch", "10"),
            ("Search:ExactDocuments", "0"),
            ("Search:ExactMegabytes", "0"),
            ("Ingestion:IndexThreshold", "50")
        );
        await api.CreateAsync("c", new { language = "simple" });
        // Every fifth text is that of another document: their scores are equal.
        await api.UpsertAsync(
            "c",
            [
                .. Enumerable
                    .Range(0, Documents)
                    .Select(i =>
                        (object)
                            new
                            {
                                id = $"d{i}",
                                text = Text(i - (i % 5 == 0 ? i % 100 : 0)),
                                metadata = new { group = i % 3 },
                            }
                    ),
            ]
        );
        await api.EmbeddedAsync("c");
        await Eventually.TrueAsync(async () => !(await api.GetAsync("c")).IndexPending, "the vectors are indexed");
        var all = group is null ? Documents : Documents / 3;

        var ids = new List<string>();
        for (var offset = 0; offset < until; offset += limit)
        {
            var page = await api.SearchAsync(
                "c",
                new
                {
                    query = "word3 same other5",
                    mode,
                    limit,
                    offset,
                    filter = group is { } only ? new { field = "group", eq = only } : null,
                }
            );
            Assert.Equal(Math.Clamp(all - offset, 0, limit), page.Results.Count);
            ids.AddRange(page.Results.Select(hit => hit.Id));
        }

        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal(Math.Min(until, all), ids.Count);
    }

    [Fact]
    public async Task Pages_by_offset_of_a_hybrid_search_are_cut_from_one_pool()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", [.. Enumerable.Range(0, 400).Select(i => (object)new { id = $"d{i}", text = Text(i) })]);
        await api.EmbeddedAsync("c");

        var ids = new List<string>();
        for (var offset = 0; offset < 400; offset += 30)
        {
            var page = await api.SearchAsync(
                "c",
                new
                {
                    query = "word3 other5",
                    limit = 30,
                    offset,
                    rerank = "never",
                }
            );
            ids.AddRange(page.Results.Select(hit => hit.Id));
        }

        Assert.InRange(ids.Count, 100, 400);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    private static string Text(int i) => $"same word{i % 17} other{i % 13} kind{i % 97} thing{i % 101}";
}
