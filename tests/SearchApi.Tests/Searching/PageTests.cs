using System.Net;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

public sealed class PageTests(Platform platform)
{
    [Theory]
    [InlineData("lexical")]
    [InlineData("dense")]
    [InlineData("hybrid")]
    public async Task A_cursor_pages_through_a_snapshot_of_the_ranking_during_writes(string mode)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", [.. Enumerable.Range(0, 300).Select(i => Document(i, i))]);
        await api.EmbeddedAsync("c");
        using var stop = new CancellationTokenSource();
        var kept = Enumerable.Range(0, 300).Where(i => i % 10 != 0).Select(i => $"d{i}").ToHashSet();

        var first = await api.SearchAsync(
            "c",
            new
            {
                query = "word3 same",
                mode,
                limit = 7,
                rerank = "never",
                pages = true,
                total = true,
                leg_depth = mode == "hybrid" ? 1000 : (int?)null,
            }
        );
        var writer = WriteAsync(api, stop.Token);
        var (page, ids) = (first, first.Results.Select(hit => hit.Id).ToList());
        while (page.Metadata.Next is { } cursor)
        {
            page = await api.SearchAsync("c", new { cursor });
            ids.AddRange(page.Results.Select(hit => hit.Id));
        }

        await stop.CancelAsync();
        var written = await writer;

        Assert.True(written > 0);
        Assert.Equal(300, first.Metadata.Total);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        // Every tenth document was deleted on the way; of the others none is missing and none that came later is there.
        Assert.Equal(kept.Order(), ids.Where(kept.Contains).Order());
        Assert.DoesNotContain(ids, id => id.StartsWith('n'));
    }

    [Fact]
    public async Task A_cursor_works_on_another_replica_and_without_Redis_and_expires_with_a_410()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Search:CursorTimeToLive", "00:00:02"));
        await using var other = await Api.StartAsync(api.Database, "127.0.0.1:1,connectTimeout=100", models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", [.. Enumerable.Range(0, 9).Select(i => Document(i, i))]);

        var first = await api.SearchAsync(
            "c",
            new
            {
                query = "same",
                mode = "lexical",
                limit = 4,
                pages = true,
                fields = new[] { "metadata.n" },
                highlight = true,
            }
        );
        var second = await other.SearchAsync("c", new { cursor = first.Metadata.Next });
        var last = await other.SearchAsync("c", new { cursor = second.Metadata.Next, limit = 100 });
        await Task.Delay(TimeSpan.FromSeconds(2.1));
        var late = await api.PostSearchAsync("c", new { cursor = first.Metadata.Next });

        Assert.Equal([4, 4, 1], [first.Results.Count, second.Results.Count, last.Results.Count]);
        Assert.Null(last.Metadata.Next);
        Assert.All(second.Results, hit => Assert.Null(hit.Text));
        Assert.All(second.Results, hit => Assert.Contains("<em>same</em>", hit.Highlights!["text"][0]));
        Assert.Equal(HttpStatusCode.Gone, late.StatusCode);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task An_invalid_cursor_is_a_400_that_names_it(string cursor)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");

        var response = await api.PostSearchAsync("c", new { cursor });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("\"cursor\":[", await response.Content.ReadAsStringAsync());
    }

    private static object Document(int i, int variant) =>
        new
        {
            id = $"d{i}",
            text = $"same word{variant % 13} other{variant % 29}",
            metadata = new { n = i, more = "x" },
        };

    private static async Task<int> WriteAsync(Api api, CancellationToken stop)
    {
        var round = 0;
        while (!stop.IsCancellationRequested)
        {
            round++;
            await api.Http.DeleteAsync($"/api/v1/collections/c/documents/d{round * 10 % 300}", CancellationToken.None);
            await api.UpsertAsync(
                "c",
                Document(((round * 7) % 299 / 10 * 10) + 1, round),
                new { id = $"n{round}", text = $"same word3 word{round % 5}" }
            );
        }

        return round;
    }
}
