using System.Net;
using System.Net.Http.Json;
using EmbedPlatform.Client.Search;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

public sealed class RecommendTests(Platform platform)
{
    private static readonly object[] Texts =
    [
        new
        {
            id = "a",
            text = "apple pear plum",
            metadata = new { kind = "fruit" },
        },
        new
        {
            id = "b",
            text = "apple pear cherry",
            metadata = new { kind = "fruit" },
        },
        new
        {
            id = "c",
            text = "oak elm birch",
            metadata = new { kind = "tree" },
        },
        new
        {
            id = "d",
            text = "oak elm apple",
            metadata = new { kind = "tree" },
        },
    ];

    [Fact]
    public async Task Similar_documents_are_the_nearest_ones_without_the_document_itself()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ReadyAsync(models);
        var calls = models.EmbedCalls;

        var similar = await PostAsync<SearchResponse>(api, "documents/a/similar", new { });
        var trees = await PostAsync<SearchResponse>(
            api,
            "documents/a/similar",
            new { limit = 1, filter = new { field = "kind", eq = "tree" } }
        );
        var near = await PostAsync<SearchResponse>(api, "documents/a/similar", new { threshold = 0.6 });

        Assert.Equal(["b", "d", "c"], similar.Results.Select(hit => hit.Id));
        Assert.Equal(2.0 / 3, similar.Results[0].Score, 3);
        Assert.Equal(["d"], trees.Results.Select(hit => hit.Id));
        Assert.Equal(["b"], near.Results.Select(hit => hit.Id));
        Assert.Equal(calls, models.EmbedCalls);
    }

    [Fact]
    public async Task Recommended_documents_are_near_all_examples()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ReadyAsync(models);

        var found = await PostAsync<SearchResponse>(api, "recommend", new { like = new[] { "a", "c" } });

        Assert.Equal(["d", "b"], found.Results.Select(hit => hit.Id));
    }

    [Fact]
    public async Task Missing_documents_are_a_404_pending_ones_a_409_and_invalid_requests_a_400()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ReadyAsync(models);
        models.Hold = new TaskCompletionSource();
        await api.UpsertAsync("c", new { id = "late", text = "not embedded yet" });

        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(api, "documents/none/similar", new { })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(api, "recommend", new { like = new[] { "b", "late" } })).StatusCode);
        var wrong = await SendAsync(api, "recommend", new { like = Array.Empty<string>(), limit = 0 });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        var body = await wrong.Content.ReadAsStringAsync();
        Assert.Contains("\"like\":[", body);
        Assert.Contains("\"limit\":[", body);
    }

    [Fact]
    public async Task A_batch_returns_the_response_of_each_single_search_and_names_the_invalid_ones()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ReadyAsync(models);

        var batch = await PostAsync<BatchSearchResponse>(
            api,
            "search/batch",
            new
            {
                searches = new object[]
                {
                    new { query = "oak" },
                    new
                    {
                        query = "apple",
                        mode = "lexical",
                        limit = 2,
                    },
                },
            }
        );
        var wrong = await SendAsync(
            api,
            "search/batch",
            new { searches = new object[] { new { query = "x" }, new { query = " " }, new { query = "x", limit = 0 } } }
        );

        Assert.Equal(
            (await api.SearchAsync("c", new { query = "oak" })).Results.Select(hit => (hit.Id, hit.Score)),
            batch.Answers[0].Results.Select(hit => (hit.Id, hit.Score))
        );
        Assert.Equal(2, batch.Answers[1].Results.Count);
        var body = await wrong.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("\"searches[1].query\":[", body);
        Assert.Contains("\"searches[2].limit\":[", body);
    }

    [Fact]
    public async Task Semantic_search_responds_in_the_format_of_the_earlier_interface()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ReadyAsync(models);

        var found = await Api.ReadAsync<SemanticSearchResponse>(
            await api.Http.PostAsJsonAsync("/api/v1/semantic_search", new { query = "apple pear", threshold = 0.5 }, Platform.Json)
        );
        var strict = await Api.ReadAsync<SemanticSearchResponse>(
            await api.Http.PostAsJsonAsync("/api/v1/semantic_search", new { query = "apple pear", collection = "c" }, Platform.Json)
        );
        await api.CreateAsync("other");
        var unclear = await api.Http.PostAsJsonAsync(
            "/api/v1/semantic_search",
            new
            {
                query = "apple",
                threshold = 1.5,
                limit = 101,
            },
            Platform.Json
        );
        var which = await api.Http.PostAsJsonAsync("/api/v1/semantic_search", new { query = "apple" }, Platform.Json);

        Assert.Equal(["a", "b"], found.Results.Select(hit => hit.Id));
        Assert.Equal((2, "apple pear", 0.5), (found.Metadata.Count, found.Metadata.Query, found.Metadata.Threshold));
        Assert.True(found.Metadata.ExecutionTime > 0);
        Assert.Equal(0.7, strict.Metadata.Threshold);
        Assert.All(strict.Results, hit => Assert.True(hit.Score >= 0.7));
        Assert.Contains("\"threshold\":[", await unclear.Content.ReadAsStringAsync());
        Assert.Contains("\"collection\":[", await which.Content.ReadAsStringAsync());
    }

    private static Task<HttpResponseMessage> SendAsync(Api api, string path, object body) =>
        api.Http.PostAsJsonAsync($"/api/v1/collections/c/{path}", body, Platform.Json);

    private static async Task<T> PostAsync<T>(Api api, string path, object body) =>
        await Api.ReadAsync<T>(await SendAsync(api, path, body));

    private async Task<Api> ReadyAsync(ModelServer models)
    {
        var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", Texts);
        await api.EmbeddedAsync("c");
        return api;
    }
}
