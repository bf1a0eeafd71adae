using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

/// <summary>Whatever id an upsert takes, the routes of one document find it.</summary>
public sealed class DocumentIdTests(Platform platform)
{
    private static readonly string[] Ids =
    [
        "a/b",
        "a%2Fb",
        "a%2fb",
        "a%252Fb",
        "/",
        "//",
        "a/",
        "/a",
        "x/../y",
        "x/./y",
        "...",
        ".a",
        "a b",
        " ",
        "a+b",
        "a?b",
        "a#b",
        "a&b=c",
        "a;b,c",
        "a\\b",
        "\"'<>",
        "%",
        "%zz",
        "100%",
        "delete",
        "a\tb",
        "a\nb",
        "ü/ß",
        "日本/東京",
        "😀/x",
        "https://example.com/p?q=1#f",
        new('/', 512),
        new('語', 512),
    ];

    [Fact]
    public async Task Every_id_that_is_accepted_can_be_read_patched_and_deleted()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiProcess.StartAsync(await platform.NewDatabaseAsync(), platform.Redis.ConnectionString, models);
        var client = new SearchClient(api.Http);
        await client.CreateCollectionAsync("c");
        var stored = await client.UpsertAsync("c", [.. Ids.Select((id, i) => new Document { Id = id, Text = $"text {i}" })]);
        Assert.Equal((Ids.Length, 0), (stored.Written, stored.ErrorCount));

        for (var i = 0; i < Ids.Length; i++)
        {
            var found = await client.GetDocumentAsync("c", Ids[i]);
            Assert.Equal((Ids[i], $"text {i}"), (found?.Id, found?.Text));
            var patched = await client.PatchDocumentAsync("c", Ids[i], new DocumentPatch { Title = $"title {i}" });
            Assert.Equal((Ids[i], $"title {i}"), (patched?.Id, patched?.Title));
        }

        for (var i = 0; i < Ids.Length; i++)
        {
            Assert.True(await client.DeleteDocumentAsync("c", Ids[i]), $"{Ids[i]} was not deleted");
            Assert.Null(await client.GetDocumentAsync("c", Ids[i]));
            Assert.Equal(Ids.Length - i - 1, (await client.ListDocumentsAsync("c", 100)).Documents.Count);
        }
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task An_id_that_no_URL_path_can_carry_is_rejected(string id)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");

        var answer = await api.Http.PostAsJsonAsync(
            "/api/v1/collections/c/documents",
            new { documents = new[] { new { id, text = "text" } } }
        );

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(
            ["documents[0].id"],
            (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(field => field.Name)
        );
    }
}
