using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

public sealed class DocumentTests(Platform platform)
{
    private const string Root = "/api/v1/collections/c/documents";

    [Fact]
    public async Task A_patch_of_metadata_is_merged_and_embeds_nothing_and_a_patch_of_text_embeds()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync(
            "c",
            new
            {
                id = "1",
                title = "T",
                text = "old words",
                metadata = new
                {
                    colour = "red",
                    size = new { w = 1, h = 2 },
                    gone = true,
                },
            }
        );
        await api.EmbeddedAsync("c");
        var calls = models.EmbedCalls;

        var patched = await PatchAsync(api, """{"metadata":{"colour":"blue","size":{"h":null,"d":3},"gone":null,"new":[1]}}""");

        Assert.True(
            JsonElement.DeepEquals(
                JsonSerializer.SerializeToElement(
                    new
                    {
                        colour = "blue",
                        size = new { w = 1, d = 3 },
                        @new = new[] { 1 },
                    }
                ),
                patched.Metadata!.Value
            )
        );
        Assert.Equal(("T", "old words", "embedded"), (patched.Title, patched.Text, patched.State));
        var same = await PatchAsync(api, """{"metadata":{"colour":"blue"}}""");
        Assert.Equal(patched.UpdatedAt, same.UpdatedAt);
        Assert.Equal(calls, models.EmbedCalls);

        await PatchAsync(api, """{"text":"fresh words","title":""}""");
        await api.EmbeddedAsync("c");
        Assert.Equal(calls + 1, models.EmbedCalls);
        Assert.Equal("1", (await api.SearchAsync("c", new { query = "fresh", mode = "lexical" })).Results.Single().Id);
        Assert.Empty((await api.SearchAsync("c", new { query = "old", mode = "lexical" })).Results);
        Assert.Null((await api.Http.GetFromJsonAsync<StoredDocument>($"{Root}/1", Platform.Json))!.Title);
    }

    [Fact]
    public async Task A_patch_of_metadata_in_the_template_is_embedded()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { text_template = "{text} in {colour}" });
        await api.UpsertAsync(
            "c",
            new
            {
                id = "1",
                text = "a boat",
                metadata = new { colour = "red", price = 1 },
            }
        );
        await api.EmbeddedAsync("c");
        await PatchAsync(api, """{"metadata":{"price":2}}""");
        await PatchAsync(api, """{"metadata":{"colour":"green"}}""");
        await api.EmbeddedAsync("c");

        Assert.Equal(["a boat in red", "a boat in green"], models.Indexed);
    }

    [Theory]
    [InlineData("""{"text":" "}""", "text")]
    [InlineData("""{"text":"\u200b\u0007"}""", "text")]
    [InlineData("""{"text":7}""", "text")]
    [InlineData("""{"metadata":[1]}""", "metadata")]
    [InlineData("""{"metadata":{"year":"x"}}""", "metadata.year")]
    [InlineData("""{"metadata":{"n":1e999999}}""", "metadata")]
    [InlineData("""{"title":"a\u0000"}""", "title")]
    public async Task A_wrong_patch_is_a_400_that_names_the_field_and_changes_nothing(string patch, string field)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c", new { fields = new { year = new { type = "number" } } });
        await api.UpsertAsync(
            "c",
            new
            {
                id = "1",
                text = "x",
                metadata = new { year = 1 },
            }
        );
        var before = await api.Http.GetFromJsonAsync<StoredDocument>($"{Root}/1", Platform.Json);

        var response = await api.Http.PatchAsync($"{Root}/1", new StringContent(patch, Encoding.UTF8, "application/merge-patch+json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"\"{field}\":[", await response.Content.ReadAsStringAsync());
        Assert.Equal(before!.UpdatedAt, (await api.Http.GetFromJsonAsync<StoredDocument>($"{Root}/1", Platform.Json))!.UpdatedAt);
        var absent = await api.Http.PatchAsync($"{Root}/2", new StringContent("{}", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
    }

    [Fact]
    public async Task Pages_list_every_document_once_during_inserts_updates_and_deletes()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
        await api.CreateAsync("c");
        await api.CreateAsync("other");
        await api.UpsertAsync("c", [.. Enumerable.Range(0, 57).Select(i => (object)new { id = $"d{i:00}", text = $"text {i}" })]);

        var seen = new List<string>();
        var (cursor, page) = ((string?)null, 0);
        do
        {
            var found = (
                await api.Http.GetFromJsonAsync<DocumentPage>(
                    $"{Root}?limit=10{(cursor is null ? "" : "&cursor=" + cursor)}",
                    Platform.Json
                )
            )!;
            seen.AddRange(found.Documents.Select(document => document.Id));
            cursor = found.Cursor;
            // One that was shown changes, one that was shown goes, a new one comes.
            await api.UpsertAsync("c", new { id = "d00", text = $"changed {page}" }, new { id = $"new{page}", text = "new" });
            await api.Http.DeleteAsync($"{Root}/d0{9 - page}");
            page++;
        } while (cursor is not null);

        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(Enumerable.Range(0, 57).Select(i => $"d{i:00}"), seen.Where(id => id[0] == 'd'));
        Assert.Contains("new0", seen);
        var first = await api.Http.GetFromJsonAsync<DocumentPage>($"{Root}?limit=1", Platform.Json);
        foreach (
            var wrong in (string[])
                [
                    $"{Root}?cursor=abc",
                    $"{Root}?limit=0",
                    $"{Root}?limit=1001",
                    $"/api/v1/collections/other/documents?cursor={first!.Cursor}",
                ]
        )
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await api.Http.GetAsync(wrong)).StatusCode);
        }
    }

    [Fact]
    public async Task A_page_of_long_texts_ends_early_and_the_next_continues()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:Workers", "0"));
        await api.CreateAsync("c");
        // Text that does not compress, so that it has its size on disk too.
        static string Long(int seed)
        {
            var bytes = new byte[3_000_000];
            new Random(seed).NextBytes(bytes);
            return Convert.ToBase64String(bytes);
        }

        for (var i = 0; i < 5; i++)
        {
            await Api.ReadAsync<UpsertResult>(
                await api.PostNdjsonAsync("c", JsonSerializer.Serialize(new { id = $"{i}", text = Long(i) }))
            );
        }

        var first = (await api.Http.GetFromJsonAsync<DocumentPage>(Root, Platform.Json))!;
        var second = (await api.Http.GetFromJsonAsync<DocumentPage>($"{Root}?cursor={first.Cursor}", Platform.Json))!;

        Assert.InRange(first.Documents.Count, 1, 4);
        Assert.Equal(["0", "1", "2", "3", "4"], first.Documents.Concat(second.Documents).Select(document => document.Id));
        Assert.Null(second.Cursor);
    }

    [Fact]
    public async Task Documents_are_deleted_by_id_with_all_dependent_rows()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        await api.UpsertAsync("c", [.. Enumerable.Range(0, 20).Select(i => (object)new { id = $"{i}", text = $"word number{i}" })]);
        await api.EmbeddedAsync("c");

        var deleted = await Api.ReadAsync<DeleteResult>(
            await api.Http.PostAsJsonAsync($"{Root}/delete", new { ids = new[] { "1", "2", "2", "unheard" } })
        );

        Assert.Equal(2, deleted.Deleted);
        var left = await api.GetAsync("c");
        Assert.Equal((18, 18), (left.Documents, left.Chunks));
        Assert.Empty((await api.SearchAsync("c", new { query = "number1", mode = "lexical" })).Results);
        var nothing = await api.Http.PostAsJsonAsync($"{Root}/delete", new { });
        Assert.Equal(HttpStatusCode.BadRequest, nothing.StatusCode);
    }

    [Fact]
    public async Task Documents_are_deleted_by_a_filter_in_any_number_and_a_wrong_filter_deletes_nothing()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("c");
        await api.CreateAsync("other");
        foreach (var collection in (string[])["c", "other"])
        {
            await api.UpsertAsync(
                collection,
                [
                    .. Enumerable
                        .Range(0, 1300)
                        .Select(i =>
                            (object)
                                new
                                {
                                    id = $"{i}",
                                    text = "t",
                                    metadata = new { year = i % 13 },
                                }
                        ),
                ]
            );
        }

        async Task<HttpResponseMessage> Delete(object body) => await api.Http.PostAsJsonAsync($"{Root}/delete", body, Platform.Json);
        var deleted = await Api.ReadAsync<DeleteResult>(await Delete(new { filter = new { field = "year", lt = 9 } }));

        Assert.Equal(900, deleted.Deleted);
        await api.EmbeddedAsync("c");
        Assert.Equal((400, 400), ((await api.GetAsync("c")).Documents, (await api.GetAsync("c")).Chunks));
        Assert.Equal(1300, (await api.GetAsync("other")).Documents);
        foreach (
            var wrong in (object[])
                [
                    new { filter = new { field = "year" } },
                    new { filter = new { }, ids = new[] { "1" } },
                    new { filter = new { field = "year", near = 1 } },
                ]
        )
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await Delete(wrong)).StatusCode);
        }

        Assert.Equal(400, (await api.GetAsync("c")).Documents);
    }

    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void A_merge_matches_the_examples_of_RFC_7396(string target, string patch, string merged)
    {
        Assert.Equal(
            merged,
            MergePatch.Apply(JsonSerializer.Deserialize<JsonElement>(target), JsonSerializer.Deserialize<JsonElement>(patch))
        );
    }

    private static async Task<StoredDocument> PatchAsync(Api api, string patch) =>
        await Api.ReadAsync<StoredDocument>(
            await api.Http.PatchAsync($"{Root}/1", new StringContent(patch, Encoding.UTF8, "application/merge-patch+json"))
        );
}
