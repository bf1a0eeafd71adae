using System.Net;
using System.Text;
using System.Text.Json;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

public sealed class FilterTests(Platform platform)
{
    [Theory]
    [InlineData("{\"field\":\"\",\"eq\":1}", "filter.field")]
    [InlineData("{\"field\":\"a..b\",\"eq\":1}", "filter.field")]
    [InlineData("{\"eq\":1}", "filter.field")]
    [InlineData("{}", "filter")]
    [InlineData("{\"field\":\"a\"}", "filter")]
    [InlineData("{\"field\":\"a\",\"eq\":{}}", "filter.eq")]
    [InlineData("{\"field\":\"a\",\"eq\":\"\\ud800\"}", "filter.eq")]
    [InlineData("{\"field\":\"a\",\"eq\":1e999}", "filter.eq")]
    [InlineData("{\"field\":\"a\",\"in\":[]}", "filter.in")]
    [InlineData("{\"field\":\"a\",\"in\":[1,null]}", "filter.in[1]")]
    [InlineData("{\"field\":\"a\",\"gt\":true}", "filter.gt")]
    [InlineData("{\"field\":\"a\",\"gt\":1,\"lt\":\"x\"}", "filter.lt")]
    [InlineData("{\"field\":\"a\",\"gt\":\"2024-01-01\",\"lt\":\"soon\"}", "filter")]
    [InlineData("{\"field\":\"a\",\"equals\":1}", "filter.equals")]
    [InlineData("{\"and\":[]}", "filter.and")]
    [InlineData("{\"and\":[{\"field\":\"a\",\"eq\":1},{\"not\":{\"field\":\"b\",\"exists\":\"yes\"}}]}", "filter.and[1].not.exists")]
    [InlineData("{\"or\":[null]}", "filter.or[0]")]
    [InlineData("{\"and\":[{\"field\":\"a\",\"eq\":1}],\"field\":\"b\",\"eq\":2}", "filter")]
    [InlineData(
        "{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"not\":{\"field\":\"a\",\"eq\":1}}}}}}}}}",
        "filter.not.not.not.not.not.not.not.not"
    )]
    public async Task An_invalid_filter_is_a_400_with_its_path(string filter, string place)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");

        var response = await api.Http.PostAsync(
            "/api/v1/collections/c/search",
            new StringContent($"{{\"query\":\"x\",\"filter\":{filter}}}", Encoding.UTF8, "application/json")
        );

        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"\"{place}\":[", body);
    }

    [Theory]
    [InlineData(
        "{\"field\":\"year\",\"eq\":\"2020\"}",
        "filter.eq",
        "\"year\" must be a number (declared by the collection), not a string"
    )]
    [InlineData(
        "{\"field\":\"year\",\"in\":[2020,true]}",
        "filter.in[1]",
        "\"year\" must be a number (declared by the collection), not a boolean"
    )]
    [InlineData(
        "{\"field\":\"year\",\"gte\":[2020]}",
        "filter.gte",
        "\"year\" must be a number (declared by the collection), not an array"
    )]
    [InlineData("{\"field\":\"year\",\"lt\":\"x\"}", "filter.lt", "\"year\" must be a number (declared by the collection), not a string")]
    [InlineData("{\"field\":\"free\",\"gt\":true}", "filter.gt", "\"free\" is declared as boolean, which has no order")]
    [InlineData("{\"field\":\"free\",\"eq\":1}", "filter.eq", "\"free\" must be a boolean (declared by the collection), not a number")]
    [InlineData("{\"field\":\"when\",\"gt\":\"soon\"}", "filter.gt", "\"when\" must be a string with an ISO 8601 date or time")]
    [InlineData("{\"field\":\"name\",\"eq\":null}", "filter", "needs a comparison")]
    [InlineData("{\"field\":\"name\",\"in\":\"red\"}", "filter.in", "must be an array")]
    [InlineData("{\"field\":\"name\",\"exists\":\"yes\"}", "filter.exists", "must be true or false")]
    [InlineData("{\"field\":5,\"eq\":1}", "filter.field", "must be a string")]
    public async Task A_value_of_the_wrong_type_is_a_400_that_names_the_field_and_the_type(string filter, string place, string words)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync(
            "c",
            new
            {
                fields = new
                {
                    year = new { type = "number" },
                    free = new { type = "boolean" },
                    when = new { type = "datetime" },
                    name = new { type = "string" },
                },
            }
        );

        var response = await api.Http.PostAsync(
            "/api/v1/collections/c/search",
            new StringContent($"{{\"query\":\"x\",\"filter\":{filter}}}", Encoding.UTF8, "application/json")
        );

        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var reason = JsonDocument.Parse(body).RootElement.GetProperty("errors").GetProperty(place)[0].GetString();
        Assert.Contains(words, reason);
    }

    [Fact]
    public async Task More_conditions_than_a_filter_allows_are_rejected()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        var filter = new
        {
            or = Enumerable.Range(0, 3).Select(_ => new { or = Enumerable.Range(0, 50).Select(i => new { field = "a", eq = i }) }),
        };

        var response = await api.PostSearchAsync("c", new { query = "x", filter });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("more than 100 conditions", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_string_that_resembles_a_date_fails_no_search()
    {
        string[] odd =
        [
            "0000-01-01",
            "2023-02-29",
            "1900-02-29",
            "2000-02-29",
            "2024-13-01",
            "2024-04-31",
            "2024-01-01T24:00",
            "2024-01-01T10:00:00+14:30",
            "9999-12-31T23:59:59-13:59",
            "2024-01-01T00:00+02:00",
        ];
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync(
            "c",
            [
                .. odd.Select(
                    (when, i) =>
                        (object)
                            new
                            {
                                id = $"d{i}",
                                text = "word",
                                metadata = new { when },
                            }
                ),
            ]
        );

        var found = await api.SearchAsync(
            "c",
            new
            {
                query = "word",
                mode = "lexical",
                filter = new { field = "when", lt = "2024-01-01" },
            }
        );

        Assert.Equal(["d3", "d9"], found.Results.Select(hit => hit.Id).Order());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("5000")]
    public async Task A_filter_of_one_percent_never_returns_fewer_than_match(string exactDocuments)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(
            models,
            ("Search:ExactDocuments", exactDocuments),
            ("Search:ExactMegabytes", "0"),
            ("Ingestion:IndexThreshold", "50"),
            ("Search:EfSearch", "10"),
            ("Search:DenseEfSearch", "10")
        );
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync(
            "c",
            [
                .. Enumerable
                    .Range(0, 3000)
                    .Select(i =>
                        (object)
                            new
                            {
                                id = $"d{i}",
                                text = $"word{i % 61} other{i % 97} kind{i % 7}",
                                metadata = new { group = i % 100 },
                            }
                    ),
            ]
        );
        await api.EmbeddedAsync("c");
        await Eventually.TrueAsync(async () => !(await api.GetAsync("c")).IndexPending, "the vectors are indexed");

        foreach (var mode in (string[])["dense", "lexical", "hybrid"])
        {
            var found = await api.SearchAsync(
                "c",
                new
                {
                    query = "word3 kind1 kind2 kind3 kind4 kind5 kind6 kind0",
                    mode,
                    limit = 30,
                    rerank = "never",
                    total = true,
                    filter = new { field = "group", eq = 42 },
                }
            );

            Assert.Equal(30, found.Results.Count);
            Assert.Equal(30, found.Metadata.Total);
            Assert.All(found.Results, hit => Assert.Equal(42, hit.Metadata!.Value.GetProperty("group").GetInt32()));
        }
    }
}
