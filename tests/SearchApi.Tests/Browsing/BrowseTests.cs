using System.Net;
using System.Text;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Browsing;

public sealed class BrowseTests(Platform platform)
{
    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"query":null}""")]
    [InlineData("""{"query":""}""")]
    [InlineData("""{"query":"*"}""")]
    [InlineData("""{"query":"*","mode":"dense","rerank":"always","highlight":true}""")]
    public async Task A_search_without_a_query_lists_all_documents_in_the_order_of_their_upload_and_calls_no_model(string request)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);
        models.Dead = true;

        var found = await SearchAsync(api, request);

        Assert.Equal(["b", "c", "a"], found.Results.Select(hit => hit.Id));
        Assert.Equal((SearchMode.Browse, false, 3), (found.Metadata.Mode, found.Metadata.Rerank.Applied, found.Metadata.Count));
        Assert.Equal("the search has no query", found.Metadata.Rerank.Reason);
        Assert.Empty(found.Metadata.Degraded);
        Assert.All(found.Results, hit => Assert.Equal((0, null), (hit.Score, hit.Explain.Lexical)));
        Assert.Equal("cheap kettle", found.Results[0].Text);
    }

    [Fact]
    public async Task A_listing_has_facets_a_total_and_only_the_requested_fields_of_the_documents_within_the_filter()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        var found = await SearchAsync(
            api,
            """{"filter":{"field":"price","lt":30},"total":true,"facets":[{"field":"brand"}],"fields":["metadata.price"],"limit":1}"""
        );

        var hit = Assert.Single(found.Results);
        Assert.Equal(("b", null, null, "{\"price\":10}"), (hit.Id, hit.Title, hit.Text, hit.Metadata!.Value.GetRawText()));
        Assert.Equal(2, found.Metadata.Total);
        Assert.Equal([("x", 1), ("y", 1)], found.Facets![0].Values.Select(value => (value.Value.GetString(), (int)value.Count)));
    }

    [Fact]
    public async Task Documents_of_a_listing_have_their_chunks_in_the_order_of_the_text()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { chunk_tokens = 16, chunk_overlap = 0 });
        await api.UpsertAsync("c", new { id = "a", text = string.Concat(Enumerable.Range(0, 60).Select(i => $"word{i} filler{i}. ")) });
        await api.EmbeddedAsync("c");

        var found = await SearchAsync(api, """{"group":{"chunks":3}}""");

        var chunks = Assert.Single(found.Results).Chunks!;
        Assert.Equal([(0, 0d), (1, 0d), (2, 0d)], chunks.Select(chunk => (chunk.Position, chunk.Score)));
        Assert.Equal(found.Results[0].Text, chunks[0].Text);
    }

    [Fact]
    public async Task A_query_is_sorted_instead_of_ranked()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        var found = await SearchAsync(
            api,
            """{"query":"kettle","mode":"lexical","total":true,"sort":[{"field":"price","order":"desc"}]}"""
        );

        Assert.Equal(["c", "b"], found.Results.Select(hit => hit.Id));
        Assert.Equal(
            (SearchMode.Lexical, 2, "the search is sorted"),
            (found.Metadata.Mode, found.Metadata.Total, found.Metadata.Rerank.Reason)
        );
    }

    [Fact]
    public async Task A_sorted_dense_search_sorts_its_candidates_or_all_documents_above_the_threshold()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);
        const string Sorted = "\"query\":\"kettle\",\"mode\":\"dense\",\"total\":true,\"sort\":[{\"field\":\"price\"}]";

        var nearest = await SearchAsync(api, $"{{{Sorted},\"leg_depth\":2}}");
        var above = await SearchAsync(api, $"{{{Sorted},\"threshold\":0.5}}");
        var all = await SearchAsync(api, $"{{{Sorted}}}");

        Assert.Equal(["b", "c"], nearest.Results.Select(hit => hit.Id));
        Assert.Equal(["b", "c"], above.Results.Select(hit => hit.Id));
        Assert.Equal(["b", "a", "c"], all.Results.Select(hit => hit.Id));
        Assert.Equal((2, 2, 3), (nearest.Metadata.Total, above.Metadata.Total, all.Metadata.Total));
    }

    [Fact]
    public async Task Different_orders_are_different_entries_of_the_result_cache()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        var ascending = await SearchAsync(api, """{"sort":[{"field":"price"}]}""");
        var descending = await SearchAsync(api, """{"sort":[{"field":"price","order":"desc"}]}""");
        var distinct = await SearchAsync(api, """{"sort":[{"field":"price"}],"distinct":"stock"}""");
        var again = await SearchAsync(api, """{"sort":[{"field":"price","order":"desc"}]}""");

        Assert.Equal(["b", "a", "c"], ascending.Results.Select(hit => hit.Id));
        Assert.Equal(["c", "a", "b"], descending.Results.Select(hit => hit.Id));
        Assert.Equal(["b", "a"], distinct.Results.Select(hit => hit.Id));
        Assert.Equal(descending.Results.Select(hit => hit.Id), again.Results.Select(hit => hit.Id));
        Assert.True(again.Metadata.Cached);
    }

    [Fact]
    public async Task Pages_of_a_sorted_listing_hold_every_document_once_while_others_are_written_and_deleted()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { fields = new { n = new { type = "number" } } });
        await api.UpsertAsync("c", [.. Enumerable.Range(0, 200).Select(i => Numbered($"kept{i}", i % 7))]);
        await api.UpsertAsync("c", [.. Enumerable.Range(0, 50).Select(i => Numbered($"gone{i}", i % 7))]);

        var page = await SearchAsync(api, """{"sort":[{"field":"n","order":"desc"}],"pages":true,"limit":9,"total":true}""");
        var (ids, next) = (page.Results.Select(hit => hit.Id).ToList(), page.Metadata.Next);
        for (var i = 0; next is not null; i++)
        {
            await api.UpsertAsync("c", Numbered($"new{i}", i % 9));
            await api.Http.DeleteAsync($"/api/v1/collections/c/documents/gone{i}");
            page = await api.SearchAsync("c", new { cursor = next });
            Assert.Equal(250, page.Metadata.Total);
            next = page.Metadata.Next;
            ids.AddRange(page.Results.Select(hit => hit.Id));
        }

        Assert.Equal(ids.Distinct(), ids);
        Assert.Equal(200, ids.Count(id => id.StartsWith("kept", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_cursor_of_a_listing_can_be_followed_twice_changes_the_limit_and_stands_alone()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);
        var first = await SearchAsync(api, """{"sort":[{"field":"_id"}],"pages":true,"limit":1}""");
        await api.CreateAsync("other");

        var one = await api.SearchAsync("c", new { cursor = first.Metadata.Next });
        var two = await api.SearchAsync("c", new { cursor = first.Metadata.Next, limit = 2 });

        Assert.Equal(["b"], one.Results.Select(hit => hit.Id));
        Assert.Equal(["b", "c"], two.Results.Select(hit => hit.Id));
        Assert.Null(two.Metadata.Next);
        await IsRefusedAsync(api, $"{{\"cursor\":\"{first.Metadata.Next}\",\"sort\":[]}}", "cursor", "can be combined with limit only");
        Assert.Equal(HttpStatusCode.Gone, (await api.PostSearchAsync("other", new { cursor = first.Metadata.Next })).StatusCode);
    }

    [Theory]
    [InlineData("""{"query":" "}""", "query", "must not be blank")]
    [InlineData("""{"threshold":0.5}""", "threshold", "needs a query")]
    [InlineData("""{"query":"x","mode":"fuzzy"}""", "mode", "must be hybrid, lexical, dense or browse")]
    [InlineData("""{"query":"x","mode":"browse"}""", "mode", "browse is the mode of a search without a query")]
    [InlineData("""{"sort":[]}""", "sort", "must hold 1 to 8 keys")]
    [InlineData("""{"sort":[null]}""", "sort[0]", "must not be null")]
    [InlineData("""{"sort":[{"order":"asc"}]}""", "sort[0].field", "must name a metadata field")]
    [InlineData("""{"sort":[{"field":"price"},{"field":"size"}]}""", "sort[1].field", "PATCH the collection with")]
    [InlineData("""{"sort":[{"field":"place"}]}""", "sort[0].field", "use geo_distance")]
    [InlineData("""{"sort":[{"field":"price","order":"up"}]}""", "sort[0].order", "must be asc or desc")]
    [InlineData("""{"sort":[{"field":"price","nulls":"never"}]}""", "sort[0].nulls", "must be last or first")]
    [InlineData("""{"sort":[{"field":"price","geo_distance":{"lat":1,"lon":2}}]}""", "sort[0].geo_distance", "declared as geo")]
    [InlineData("""{"sort":[{"field":"place","geo_distance":{"lat":91,"lon":2}}]}""", "sort[0].geo_distance.lat", "from -90 to 90")]
    [InlineData("""{"sort":[{"field":"place","geo_distance":{"lat":9}}]}""", "sort[0].geo_distance.lon", "from -180 to 180")]
    [InlineData("""{"query":"x","sort":[{"field":"price"}],"rerank":"always"}""", "rerank", "cannot be combined with sort")]
    [InlineData("""{"distinct":"size"}""", "distinct", "does not declare \"size\"")]
    [InlineData("""{"distinct":"_id"}""", "distinct", "is the document's id")]
    [InlineData("""{"distinct":"brand","group":{"field":"brand"}}""", "distinct", "cannot be combined with group.field")]
    [InlineData("""{"group":{"limit":2}}""", "group.limit", "needs group.field")]
    [InlineData("""{"group":{"field":"brand","limit":101}}""", "group.limit", "must be from 1 to 100")]
    [InlineData("""{"query":"x","distinct":"brand","pages":true}""", "pages", "cannot be combined with groups of a ranking")]
    [InlineData("""{"filter":{"field":"_id","gt":"a"}}""", "filter", "either eq or in")]
    [InlineData("""{"filter":{"field":"_id","eq":5}}""", "filter.eq", "An id is a string")]
    [InlineData("""{"filter":{"field":"_id","in":["a",null]}}""", "filter.in[1]", "An id is a string")]
    [InlineData("""{"filter":{"field":"place","eq":"x"}}""", "filter.eq", "use geo_radius or geo_box")]
    [InlineData("""{"filter":{"field":"price","geo_radius":{"lat":1,"lon":2,"meters":3}}}""", "filter.geo_radius", "declared as geo")]
    [InlineData("""{"filter":{"field":"place","geo_radius":{"lat":1,"lon":2}}}""", "filter.geo_radius.meters", "from 0 to 40000000")]
    [InlineData(
        """{"filter":{"field":"place","geo_radius":{"lat":1,"lon":200,"meters":1}}}""",
        "filter.geo_radius.lon",
        "from -180 to 180"
    )]
    [InlineData("""{"filter":{"field":"place","geo_box":{"top_left":{"lat":1,"lon":2}}}}""", "filter.geo_box.bottom_right", "is required")]
    [InlineData(
        """{"filter":{"field":"place","geo_box":{"top_left":{"lat":1,"lon":2},"bottom_right":{"lat":2,"lon":3}}}}""",
        "filter.geo_box.top_left.lat",
        "must not be south"
    )]
    [InlineData("""{"facets":[{"field":"price","histogram":{"interval":0}}]}""", "facets[0].histogram.interval", "above 0")]
    [InlineData("""{"facets":[{"field":"brand","histogram":{"interval":1}}]}""", "facets[0].histogram", "field of type number")]
    [InlineData("""{"facets":[{"field":"price","date_histogram":{"interval":"day"}}]}""", "facets[0].date_histogram", "type datetime")]
    [InlineData("""{"facets":[{"field":"when","date_histogram":{}}]}""", "facets[0].date_histogram.interval", "day, week, month or year")]
    [InlineData(
        """{"facets":[{"field":"when","date_histogram":{"interval":"day","time_zone":"Mars"}}]}""",
        "facets[0].date_histogram.time_zone",
        "IANA time zone"
    )]
    [InlineData(
        """{"facets":[{"field":"price","histogram":{"interval":1},"date_histogram":{"interval":"day"}}]}""",
        "facets[0]",
        "at most one of histogram and date_histogram"
    )]
    [InlineData("""{"query":"x -a -b -c -d -e -f -g -h -i -j -k"}""", "query", "excludes more than 10")]
    public async Task A_member_that_cannot_apply_is_a_400_that_names_it(string request, string field, string words)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await StartAsync(models);

        await IsRefusedAsync(api, request, field, words);
    }

    private async Task<Api> StartAsync(ModelServer models)
    {
        var api = await platform.StartAsync(models);
        await api.CreateAsync(
            "c",
            new
            {
                fields = new
                {
                    price = new { type = "number", facet = true },
                    brand = new { type = "string", facet = true },
                    when = new { type = "datetime", facet = true },
                    stock = new { type = "boolean" },
                    place = new { type = "geo" },
                },
            }
        );
        await api.UpsertAsync("c", Priced("b", "cheap kettle", 10, "x", true));
        await api.UpsertAsync("c", Priced("c", "dear kettle", 30, "y", false));
        await api.UpsertAsync("c", Priced("a", "spoon", 20, "y", false));
        await api.EmbeddedAsync("c");
        return api;
    }

    private static object Priced(string id, string text, int price, string brand, bool stock) =>
        new
        {
            id,
            text,
            metadata = new
            {
                price,
                brand,
                stock,
            },
        };

    private static object Numbered(string id, int n) =>
        new
        {
            id,
            text = id,
            metadata = new { n },
        };

    private static async Task<SearchResponse> SearchAsync(Api api, string request) =>
        await Api.ReadAsync<SearchResponse>(await PostAsync(api, request));

    private static async Task IsRefusedAsync(Api api, string request, string field, string words)
    {
        var response = await PostAsync(api, request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, body);
        Assert.True(JsonDocument.Parse(body).RootElement.GetProperty("errors").TryGetProperty(field, out var reasons), body);
        Assert.Contains(words, reasons[0].GetString());
    }

    private static Task<HttpResponseMessage> PostAsync(Api api, string request) =>
        api.Http.PostAsync("/api/v1/collections/c/search", new StringContent(request, Encoding.UTF8, "application/json"));
}
