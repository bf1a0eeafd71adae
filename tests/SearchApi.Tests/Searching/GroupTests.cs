using System.Net;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

public sealed class GroupTests(Platform platform)
{
    [Theory]
    [InlineData("dense")]
    [InlineData("hybrid")]
    [InlineData("lexical")]
    public async Task A_hit_is_a_document_with_its_best_chunk_and_as_many_further_ones_as_requested(string mode)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync(
            "c",
            new
            {
                language = "simple",
                chunk_tokens = 16,
                chunk_overlap = 0,
            }
        );
        await api.UpsertAsync(
            "c",
            new
            {
                id = "long",
                text = string.Concat(
                    Enumerable
                        .Range(0, 12)
                        .Select(i => $"{string.Concat(Enumerable.Repeat("needle ", i % 5))}filler{i} other{i} words{i}. ")
                ),
            },
            new { id = "short", text = "one needle alone" }
        );
        await api.EmbeddedAsync("c");

        var found = await api.SearchAsync(
            "c",
            new
            {
                query = "needle",
                mode,
                rerank = "never",
                group = new { chunks = 3 },
            }
        );
        var plain = await api.SearchAsync(
            "c",
            new
            {
                query = "needle",
                mode,
                rerank = "never",
            }
        );

        Assert.Equal(["long", "short"], found.Results.Select(hit => hit.Id).Order());
        Assert.All(plain.Results, hit => Assert.Null(hit.Chunks));
        var chunks = found.Results.Single(hit => hit.Id == "long").Chunks!;
        Assert.Equal(3, chunks.Count);
        Assert.Equal(found.Results.Single(hit => hit.Id == "long").Text, chunks[0].Text);
        Assert.Equal(chunks.OrderByDescending(chunk => chunk.Score), chunks);
        Assert.Equal(3, chunks.Select(chunk => chunk.Position).Distinct().Count());
        Assert.All(chunks, chunk => Assert.Contains("needle", chunk.Text));
        Assert.Equal(0, Assert.Single(found.Results.Single(hit => hit.Id == "short").Chunks!).Position);
    }

    [Theory]
    [InlineData("")]
    [InlineData("even")]
    public async Task Long_documents_never_crowd_others_out_of_a_dense_result(string parity)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(
            models,
            ("Search:ExactDocuments", "0"),
            ("Search:ExactMegabytes", "0"),
            ("Ingestion:IndexThreshold", "50"),
            ("Search:EfSearch", "10"),
            ("Search:DenseEfSearch", "10")
        );
        await api.CreateAsync(
            "c",
            new
            {
                language = "simple",
                chunk_tokens = 16,
                chunk_overlap = 0,
            }
        );
        // Each of the first three has some hundred chunks that are nearer than anything of the others.
        await api.UpsertAsync(
            "c",
            [
                .. Enumerable
                    .Range(0, 43)
                    .Select(i =>
                        (object)
                            new
                            {
                                id = $"d{i}",
                                text = i < 3
                                    ? string.Concat(Enumerable.Range(0, 120).Select(n => $"needle needle needle number{n} d{i}. "))
                                    : $"needle kind{i} filler{i} else{i}",
                                metadata = new { parity = i % 2 == 0 ? "even" : "odd" },
                            }
                    ),
            ]
        );
        await api.EmbeddedAsync("c");
        await Eventually.TrueAsync(async () => !(await api.GetAsync("c")).IndexPending, "the vectors are indexed");

        var found = await api.SearchAsync(
            "c",
            new
            {
                query = "needle",
                mode = "dense",
                limit = 20,
                filter = parity.Length == 0 ? null : new { field = "parity", eq = parity },
            }
        );

        Assert.Equal(20, found.Results.Select(hit => hit.Id).Distinct().Count());
        Assert.Contains(found.Results, hit => hit.Id == "d0");
    }

    [Fact]
    public async Task Chunks_out_of_range_or_combined_with_pages_are_a_400()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");

        var many = await api.PostSearchAsync("c", new { query = "x", group = new { chunks = 21 } });
        var pages = await api.PostSearchAsync(
            "c",
            new
            {
                query = "x",
                group = new { },
                pages = true,
            }
        );

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (many.StatusCode, pages.StatusCode));
        Assert.Contains("\"group.chunks\":[", await many.Content.ReadAsStringAsync());
        Assert.Contains("\"group\":[", await pages.Content.ReadAsStringAsync());
    }
}
