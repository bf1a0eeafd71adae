using System.Net;
using System.Net.Http.Json;
using EmbedPlatform.Client.Search;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

/// <summary>Suggestions while a query is typed, over HTTP and PostgreSQL.</summary>
public sealed class SuggestTests(Platform platform)
{
    private static readonly object[] Documents =
    [
        new
        {
            id = "ml",
            title = "Machine learning",
            text = "Learning machines learn",
        },
        new
        {
            id = "ml2",
            title = "Learning machines",
            text = "machine learning in practice",
        },
        new
        {
            id = "lib",
            title = "Libraries",
            text = "A library of leather books",
        },
        new
        {
            id = "lib2",
            title = "Leather",
            text = "leather and library",
        },
        new
        {
            id = "lib3",
            title = "Libraries again",
            text = "leather in the library",
        },
        new
        {
            id = "cafe",
            title = "Café Müller",
            text = "a café",
        },
    ];

    [Fact]
    public async Task Words_are_completed_as_they_are_written_most_frequent_first()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        var found = await SuggestAsync(api, "LI");

        Assert.Equal(["library", "libraries"], found.Suggestions.Select(suggestion => suggestion.Text));
        Assert.Equal([3, 2], found.Suggestions.Select(suggestion => suggestion.Documents));
        Assert.Equal(["lib", "lib2", "lib3"], found.Documents.Select(document => document.Id).Order());
        Assert.Equal("café", (await SuggestAsync(api, "cafe")).Suggestions[0].Word);
    }

    [Fact]
    public async Task The_words_of_documents_with_the_earlier_words_come_first()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        Assert.Equal("leather", (await SuggestAsync(api, "le")).Suggestions[0].Text);
        var inContext = await SuggestAsync(api, "Machine le");
        Assert.Equal("Machine learning", inContext.Suggestions[0].Text);
        Assert.Equal(["ml", "ml2"], inContext.Documents.Take(2).Select(document => document.Id).Order());
    }

    [Fact]
    public async Task Mistyped_words_are_completed_too()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        Assert.Equal("library", (await SuggestAsync(api, "lirbar")).Suggestions[0].Text);
        Assert.Equal("machine learning", (await SuggestAsync(api, "machnie le")).Suggestions[0].Text);
    }

    [Fact]
    public async Task A_finished_word_has_no_completions_but_documents()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        var found = await SuggestAsync(api, "library ");

        Assert.Empty(found.Suggestions);
        Assert.Equal(3, found.Documents.Count);
        Assert.Empty((await SuggestAsync(api, "xyzzy")).Suggestions);
    }

    [Fact]
    public async Task Suggestions_are_the_same_by_get_and_limited_as_requested()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        var one = await Api.ReadAsync<SuggestResponse>(
            await api.Http.GetAsync(new Uri("/api/v1/collections/c/suggest?query=li&limit=1", UriKind.Relative))
        );

        Assert.Equal("library", Assert.Single(one.Suggestions).Text);
        Assert.Single(one.Documents);
    }

    [Theory]
    [InlineData("query=%20", "query")]
    [InlineData("", "query")]
    [InlineData("query=a&limit=51", "limit")]
    [InlineData("query=a&limit=many", "limit")]
    public async Task An_invalid_request_is_refused_by_name(string parameters, string field)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        var answer = await api.Http.GetAsync(new Uri($"/api/v1/collections/c/suggest?{parameters}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(field, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_collection_that_does_not_exist_is_a_404()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);

        Assert.Equal(
            HttpStatusCode.NotFound,
            (await api.Http.PostAsJsonAsync("/api/v1/collections/none/suggest", new { query = "a" })).StatusCode
        );
    }

    private static async Task<SuggestResponse> SuggestAsync(Api api, string query) =>
        await Api.ReadAsync<SuggestResponse>(await api.Http.PostAsJsonAsync("/api/v1/collections/c/suggest", new { query }, Platform.Json));

    private async Task<Api> StartAsync(ModelServer models)
    {
        var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
        await api.CreateAsync("c");
        await api.UpsertAsync("c", Documents);
        return api;
    }
}
