using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmbedPlatform.Client.Search;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Browsing;

/// <summary>How filters, sort keys and facets read ids, instants, points and names with dots.</summary>
public sealed class FieldTests(Platform platform)
{
    [Theory]
    [InlineData("""{"field":"_id","eq":"a"}""", "a")]
    [InlineData("""{"field":"_id","in":["b","a","nowhere"]}""", "a b")]
    [InlineData("""{"not":{"field":"_id","in":["a"]}}""", "b c")]
    [InlineData("""{"or":[{"field":"_id","eq":"c"},{"field":"metadata._id","eq":"c"}]}""", "a c")]
    [InlineData("""{"and":[{"field":"_id","in":["a","b"]},{"field":"metadata._id","exists":false}]}""", "b")]
    public async Task Documents_are_filtered_by_their_ids_and_by_a_metadata_field_of_that_name(string filter, string expected)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        await AddAsync(api, ("a", """{"_id":"c"}"""), ("b", """{"n":1}"""), ("c", """{"_id":"x"}"""));
        await api.CreateAsync("other");
        await api.UpsertAsync("other", new { id = "a", text = "word" });

        var browsed = await api.SearchAsync("c", new { filter = JsonNode.Parse(filter) });
        var searched = await api.SearchAsync(
            "c",
            new
            {
                query = "word",
                mode = "lexical",
                filter = JsonNode.Parse(filter),
            }
        );

        Assert.Equal(expected.Split(' '), browsed.Results.Select(hit => hit.Id).Order());
        Assert.Equal(expected.Split(' '), searched.Results.Select(hit => hit.Id).Order());
    }

    [Fact]
    public async Task Documents_are_deleted_by_a_filter_on_their_ids()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        await AddAsync(api, ("a", "{}"), ("b", "{}"), ("c", "{}"));

        var response = await api.Http.PostAsJsonAsync(
            "/api/v1/collections/c/documents/delete",
            new { filter = new { not = new { field = "_id", eq = "b" } } },
            Platform.Json
        );

        Assert.Equal(2, (await Api.ReadAsync<DeleteResult>(response)).Deleted);
        Assert.Equal(["b"], (await api.SearchAsync("c", new { })).Results.Select(hit => hit.Id));
    }

    [Theory]
    [InlineData("""{"field":"t","eq":"2026-03-01T10:00:00Z"}""", "a b e")]
    [InlineData("""{"field":"t","in":["2026-03-01T10:00Z","2026-03-02"]}""", "a b c e")]
    [InlineData("""{"not":{"field":"t","eq":"2026-03-01T05:00:00-05:00"}}""", "c d")]
    [InlineData("""{"field":"t","eq":"2026-03-01T10:00Z","gt":"2026-01-01"}""", "a b e")]
    [InlineData("""{"field":"t","in":["2026-03-01T10:00Z","2026-03-02"],"gt":"2026-03-01T11:00"}""", "c")]
    [InlineData("""{"field":"t","eq":"2026-03-02","in":["2026-03-02T00:00"]}""", "c")]
    public async Task Declared_instants_are_equal_however_they_are_written(string filter, string expected)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { fields = new { t = new { type = "datetime" } } });
        await AddAsync(
            api,
            ("a", """{"t":"2026-03-01T10:00:00Z"}"""),
            ("b", """{"t":"2026-03-01T12:00:00+02:00"}"""),
            ("c", """{"t":"2026-03-02"}"""),
            ("d", "{}"),
            ("e", """{"t":["2026-03-05","2026-03-01T10:00"]}""")
        );

        var found = await api.SearchAsync("c", new { filter = JsonNode.Parse(filter) });

        Assert.Equal(expected.Split(' '), found.Results.Select(hit => hit.Id).Order());
    }

    [Theory]
    [InlineData("gte", "2026-13-45")]
    [InlineData("lt", "2026-02-30T10:00")]
    [InlineData("gt", "2026-01-01T25:00:00Z")]
    [InlineData("lte", "2026-01-01 10:00")]
    public async Task A_bound_in_the_shape_of_a_date_that_is_none_is_refused(string comparison, string bound)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("free");
        await api.CreateAsync("declared", new { fields = new { t = new { type = "string" } } });
        var request = new JsonObject
        {
            ["filter"] = new JsonObject { ["field"] = "t", [comparison] = bound },
        };

        var refused = await api.PostSearchAsync("free", request);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var errors = JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("errors");
        Assert.Contains("has the shape of a date but is not one", errors.GetProperty($"filter.{comparison}")[0].GetString());
        Assert.Equal(HttpStatusCode.OK, (await api.PostSearchAsync("declared", request)).StatusCode);
    }

    [Fact]
    public async Task A_name_with_a_dot_is_a_member_of_that_name_or_a_path()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        await AddAsync(
            api,
            ("whole", """{"source.file":"x.pdf","n":1}"""),
            ("path", """{"source":{"file":"x.pdf","page":2}}"""),
            ("other", """{"source.file":"y.pdf"}"""),
            ("none", "{}")
        );

        var equal = await SearchAsync("""{"filter":{"field":"source.file","eq":"x.pdf"},"fields":["metadata.source.file"]}""");
        var greater = await SearchAsync("""{"filter":{"field":"source.file","gt":"x.pdf"}}""");
        var without = await SearchAsync("""{"filter":{"field":"source.file","exists":false}}""");
        var counted = await SearchAsync("""{"facets":[{"field":"source.file"}],"distinct":"source.file"}""");

        Assert.Equal(["path", "whole"], equal.Results.Select(hit => hit.Id));
        Assert.Equal(
            ["""{"source":{"file":"x.pdf"}}""", """{"source.file":"x.pdf"}"""],
            equal.Results.Select(hit => hit.Metadata!.Value.GetRawText())
        );
        Assert.Equal(["other"], greater.Results.Select(hit => hit.Id));
        Assert.Equal(["none"], without.Results.Select(hit => hit.Id));
        Assert.Equal([("x.pdf", 2), ("y.pdf", 1)], counted.Facets![0].Values.Select(value => (value.Value.GetString(), (int)value.Count)));
        Assert.Equal([("none", 1), ("other", 1), ("path", 2)], counted.Results.Select(hit => (hit.Id, (int)hit.Group!.Count)));

        async Task<SearchResponse> SearchAsync(string request) => await api.SearchAsync("c", JsonNode.Parse(request)!);
    }

    [Theory]
    [InlineData("""{"place":{"lat":91,"lon":0}}""")]
    [InlineData("""{"place":{"lat":1,"lng":0}}""")]
    [InlineData("""{"place":{"lat":"1","lon":0}}""")]
    [InlineData("""{"place":[1,2]}""")]
    [InlineData("""{"place":"1,2"}""")]
    [InlineData("""{"place":[{"lat":1,"lon":2},{"lat":1,"lon":181}]}""")]
    public async Task A_document_whose_point_is_none_is_refused_and_its_neighbours_are_stored(string metadata)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { fields = new { place = new { type = "geo" } } });

        var result = await api.UpsertAsync("c", Document("wrong", metadata), Document("right", """{"place":{"lat":1,"lon":2}}"""));

        var error = Assert.Single(result.Errors);
        Assert.Equal(("wrong", "metadata.place"), (error.Id, error.Field));
        Assert.Contains("declares it as geo: {\"lat\": -90 to 90, \"lon\": -180 to 180}", error.Reason);
        Assert.Equal(1, result.Written);
    }

    [Fact]
    public async Task Places_are_found_within_a_radius_and_a_box_and_sorted_by_distance_across_the_antimeridian()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { fields = new { place = new { type = "geo" } } });
        await AddAsync(
            api,
            ("berlin", """{"place":{"lat":52.52,"lon":13.405}}"""),
            ("paris", """{"place":{"lat":48.8566,"lon":2.3522}}"""),
            ("fiji", """{"place":{"lat":-17.7,"lon":178.0}}"""),
            ("samoa", """{"place":{"lat":-13.8,"lon":-171.8}}"""),
            ("both", """{"place":[{"lat":52.5,"lon":13.4},{"lat":-17,"lon":180}]}"""),
            ("nowhere", "{}")
        );

        var near = await SearchAsync("""{"filter":{"field":"place","geo_radius":{"lat":52.52,"lon":13.4,"meters":900000}}}""");
        var box = await SearchAsync(
            """{"filter":{"field":"place","geo_box":{"top_left":{"lat":-10,"lon":177},"bottom_right":{"lat":-20,"lon":-170}}}}"""
        );
        var edge = await SearchAsync(
            """{"filter":{"field":"place","geo_box":{"top_left":{"lat":0,"lon":-180},"bottom_right":{"lat":-20,"lon":-175}}}}"""
        );
        var sorted = await SearchAsync("""{"sort":[{"field":"place","geo_distance":{"lat":-17.7,"lon":-179},"order":"asc"}]}""");

        Assert.Equal(["berlin", "both", "paris"], near.Results.Select(hit => hit.Id).Order());
        Assert.Equal(["both", "fiji", "samoa"], box.Results.Select(hit => hit.Id).Order());
        Assert.Equal(["both"], edge.Results.Select(hit => hit.Id));
        Assert.Equal(["both", "fiji", "samoa", "berlin", "paris", "nowhere"], sorted.Results.Select(hit => hit.Id));
        Assert.Equal([131_600, 317_800], sorted.Results.Take(2).Select(hit => (int)Math.Round(hit.Distance!.Value / 100) * 100));
        Assert.Null(sorted.Results[^1].Distance);
        Assert.All(near.Results, hit => Assert.Null(hit.Distance));

        async Task<SearchResponse> SearchAsync(string request) => await api.SearchAsync("c", JsonNode.Parse(request)!);
    }

    [Fact]
    public async Task Documents_from_before_a_declaration_sort_last_if_their_value_has_another_type()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        await AddAsync(
            api,
            ("text", """{"n":"5","place":"here"}"""),
            ("two", """{"n":2,"place":{"lat":2,"lon":2}}"""),
            ("huge", """{"n":1e300,"place":{"lat":1e300,"lon":1e999}}"""),
            ("one", """{"n":1,"place":{"lat":1,"lon":1}}""")
        );
        await api.PatchAsync("c", new { fields = new { n = new { type = "number" }, place = new { type = "geo" } } });

        var numbers = await api.SearchAsync("c", new { sort = new[] { new { field = "n", order = "desc" } } });
        var places = await api.SearchAsync("c", new { sort = new[] { new { field = "place", geo_distance = new { lat = 0, lon = 0 } } } });

        Assert.Equal(["huge", "two", "one", "text"], numbers.Results.Select(hit => hit.Id));
        Assert.Equal(["one", "two", "huge", "text"], places.Results.Select(hit => hit.Id));
    }

    [Fact]
    public async Task Groups_of_a_ranking_have_true_counts_and_their_first_ones_do_not_depend_on_the_limit()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        await AddAsync(api, [.. Enumerable.Range(0, 300).Select(i => ($"d{i:D3}", $$"""{"brand":"b{{i % 40}}"}"""))]);
        await api.EmbeddedAsync("c");

        foreach (var mode in (string[])["lexical", "dense", "hybrid"])
        {
            var (five, forty) = (await SearchAsync(mode, 5), await SearchAsync(mode, 40));

            Assert.Equal(forty.Take(5).Select(hit => hit.Id), five.Select(hit => hit.Id));
            Assert.Equal(forty.Count, forty.Select(hit => hit.Group!.Value!.Value.GetString()).Distinct().Count());
            Assert.All(
                forty,
                hit =>
                {
                    var other = Assert.Single(hit.Group!.Hits!);
                    Assert.Equal(hit.Group.Value!.Value.GetString(), other.Metadata!.Value.GetProperty("brand").GetString());
                    Assert.True(other.Score <= hit.Score);
                }
            );
            if (mode == "lexical")
            {
                Assert.Equal(40, forty.Count);
                Assert.All(forty, hit => Assert.InRange(hit.Group!.Count, 7, 8));
                Assert.Equal(300, forty.Sum(hit => hit.Group!.Count));
            }
        }

        async Task<IReadOnlyList<SearchHit>> SearchAsync(string mode, int limit) =>
            (
                await api.SearchAsync(
                    "c",
                    new
                    {
                        query = "word",
                        mode,
                        limit,
                        rerank = "never",
                        group = new { field = "brand", limit = 2 },
                    }
                )
            ).Results;
    }

    private static Task AddAsync(Api api, params (string Id, string Metadata)[] documents) =>
        api.UpsertAsync("c", [.. documents.Select(document => Document(document.Id, document.Metadata))]);

    private static object Document(string id, string metadata) =>
        new
        {
            id,
            text = $"word {id}",
            metadata = JsonNode.Parse(metadata),
        };
}
