using System.Net.Http.Json;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

/// <summary><c>embedctl search</c>, as a process of its own, against SearchApi behind a real port.</summary>
public sealed class SearchCommandTests(Platform platform)
{
    [Fact]
    public async Task Documents_are_listed_without_a_query_and_sorted_by_several_keys()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await ApiProcess.StartAsync(await platform.NewDatabaseAsync(), platform.Redis.ConnectionString, models);
        await api.Http.PutAsJsonAsync(
            "/api/v1/collections/c",
            new { fields = new { price = new { type = "number" }, shelf = new { type = "number" } } },
            Platform.Json
        );
        await api.Http.PostAsJsonAsync(
            "/api/v1/collections/c/documents",
            new { documents = new[] { Document("first", 1, 7), Document("second", 2, 9), Document("third", 2, 8) } },
            Platform.Json
        );

        var listed = await SearchAsync(api);
        var sorted = await SearchAsync(api, "--sort", "price:desc", "--sort", "shelf");
        var refused = await SearchAsync(api, "--sort", "colour");

        Assert.Equal(["first", "second", "third"], Order(listed.Output));
        Assert.Equal(["third", "second", "first"], Order(sorted.Output));
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("does not declare \"colour\"", refused.Output);
    }

    private static object Document(string id, int price, int shelf) =>
        new
        {
            id,
            text = "a text",
            metadata = new { price, shelf },
        };

    private static IEnumerable<string> Order(string output) =>
        ((string[])["first", "second", "third"]).OrderBy(id => output.IndexOf(id, StringComparison.Ordinal));

    private static async Task<(int Code, string Output)> SearchAsync(ServiceProcess api, params string[] options)
    {
        var (code, output, error) = await Programs.RunAsync(
            "dotnet",
            [
                Repository.Built("Cli", "embedctl.dll"),
                "search",
                "--collection",
                "c",
                "--search-url",
                api.Http.BaseAddress!.AbsoluteUri,
                .. options,
            ]
        );
        return (code, output + error);
    }
}
