using System.Net;
using System.Net.Http.Json;
using EmbedPlatform.Client.Search;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Operating;

public sealed class AliasTests(Platform platform)
{
    [Fact]
    public async Task A_swap_under_concurrent_searches_is_never_a_404_nor_a_mix_and_every_replica_sees_it_at_once()
    {
        await using var models = await ModelServer.StartAsync();
        await using var one = await platform.StartAsync(models);
        await using var two = await Api.StartAsync(one.Database, platform.Redis.ConnectionString, models);
        foreach (var name in (string[])["a", "b"])
        {
            await one.CreateAsync(name, new { language = "simple" });
            await one.UpsertAsync(name, [.. Enumerable.Range(0, 20).Select(i => (object)new { id = $"{name}{i}", text = "same words" })]);
            await one.EmbeddedAsync(name);
        }

        await one.PutAliasAsync("live", "a");
        var search = new
        {
            query = "same words",
            mode = "lexical",
            limit = 20,
        };
        using var swapping = new CancellationTokenSource();
        var searches = Enumerable
            .Range(0, 4)
            .Select(async worker =>
            {
                var count = 0;
                while (!swapping.IsCancellationRequested)
                {
                    var answer = await (worker % 2 == 0 ? one : two).SearchAsync("live", search);
                    Assert.Equal(20, answer.Results.Count);
                    Assert.Single(answer.Results.Select(hit => hit.Id[0]).Distinct());
                    count++;
                }

                return count;
            })
            .ToList();

        for (var swap = 0; swap < 60; swap++)
        {
            var collection = swap % 2 == 0 ? "b" : "a";
            using var moved = await (swap % 3 == 0 ? one : two).PutAliasAsync("live", collection);
            Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
            foreach (var api in (Api[])[two, one])
            {
                // A cached result of the other collection would begin with its name.
                Assert.StartsWith(collection, (await api.SearchAsync("live", search)).Results[0].Id);
            }
        }

        await swapping.CancelAsync();
        Assert.All(await Task.WhenAll(searches), count => Assert.True(count > 0));
    }

    [Fact]
    public async Task Every_route_of_a_collection_takes_an_alias()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("docs", new { language = "simple" });
        using var created = await api.PutAliasAsync("live", "docs");

        await api.UpsertAsync("live", new { id = "a", text = "same words" }, new { id = "b", text = "same words" });
        await api.EmbeddedAsync("live");

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(("docs", 2), ((await api.GetAsync("live")).Name, (await api.GetAsync("live")).Documents));
        Assert.Equal(["live"], (await api.GetAsync("docs")).Aliases);
        Assert.Equal(2, (await api.SearchAsync("live", new { query = "same words" })).Results.Count);
        foreach (var path in (string[])["stats", "documents", "documents/a", "export"])
        {
            using var got = await api.Http.GetAsync($"/api/v1/collections/live/{path}");
            Assert.Equal(HttpStatusCode.OK, got.StatusCode);
        }

        foreach (
            var (path, body) in ((string, object)[])
                [
                    ("documents/a/similar", new { }),
                    ("recommend", new { like = new[] { "a" } }),
                    ("analyze", new { text = "same" }),
                    ("search/batch", new { searches = new[] { new { query = "same" } } }),
                    ("retry", new { }),
                    ("reembed", new { }),
                    ("documents/delete", new { ids = new[] { "b" } }),
                ]
        )
        {
            using var answer = await api.Http.PostAsJsonAsync($"/api/v1/collections/live/{path}", body, Platform.Json);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        }

        Assert.Equal("docs", (await api.PatchAsync("live", new { rerank = "never" })).Name);
        using var patched = await api.Http.PatchAsJsonAsync("/api/v1/collections/live/documents/a", new { title = "t" });
        Assert.Equal(HttpStatusCode.OK, patched.StatusCode);
        Assert.NotEmpty((await api.Http.GetFromJsonAsync<UploadTaskList>("/api/v1/tasks?collection=live", Platform.Json))!.Tasks);
        using var deleted = await api.Http.DeleteAsync("/api/v1/collections/live/documents/a");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(0, (await api.GetAsync("docs")).Documents);
    }

    [Fact]
    public async Task A_name_is_of_one_collection_or_one_alias_and_a_conflict_names_both()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("docs");
        await api.CreateAsync("more");
        await api.PutAliasAsync("live", "docs");

        await RefusedAsync(api.PutAliasAsync("more", "docs"), 409, "\\\"more\\\" is a collection.");
        await RefusedAsync(api.PutAliasAsync("docs", "docs"), 409, "\\\"docs\\\" is a collection.");
        await RefusedAsync(
            api.Http.PutAsJsonAsync("/api/v1/collections/live", new { }),
            409,
            "\\\"live\\\" is an alias of the collection \\\"docs\\\""
        );
        await RefusedAsync(api.RenameAsync("more", "live"), 409, "\\\"live\\\" is an alias of the collection \\\"docs\\\"");
        await RefusedAsync(api.RenameAsync("more", "docs"), 409, "\\\"docs\\\" is a collection.");
        await RefusedAsync(api.CloneAsync("more", "live"), 409, "\\\"live\\\" is an alias of the collection \\\"docs\\\"");
        await RefusedAsync(api.CloneAsync("more", "docs"), 409, "\\\"docs\\\" is a collection.");
        await RefusedAsync(
            api.Http.DeleteAsync("/api/v1/collections/docs"),
            409,
            "\\\"docs\\\" is the collection of \\\"live\\\": move or delete"
        );
        await RefusedAsync(api.Http.DeleteAsync("/api/v1/collections/live"), 409, "\\\"docs\\\" is the collection of \\\"live\\\"");
        await RefusedAsync(api.PutAliasAsync("other", "live"), 400, "\"collection\":[\"is an alias of \\\"docs\\\"");
        await RefusedAsync(api.PutAliasAsync("other", null), 400, "\"collection\":[\"must be the name of a collection\"]");
        await RefusedAsync(api.PutAliasAsync("other", "absent"), 404, "There is no collection \\\"absent\\\".");
        await RefusedAsync(api.PutAliasAsync("Not-a-name", "docs"), 400, "\"alias\":[\"must be 1 to 63 of");
        await RefusedAsync(api.RenameAsync("docs", "Not a name"), 400, "\"to\":[\"must be 1 to 63 of");
        await RefusedAsync(api.RenameAsync("absent", "other"), 404, "There is no collection \\\"absent\\\".");
        await RefusedAsync(api.CloneAsync("docs", null), 400, "\"to\":[\"must be 1 to 63 of");
        await RefusedAsync(api.Http.GetAsync("/api/v1/aliases/absent"), 404, "There is no alias \\\"absent\\\".");
        await RefusedAsync(api.Http.DeleteAsync("/api/v1/aliases/docs"), 404, "There is no alias \\\"docs\\\".");

        using var gone = await api.Http.DeleteAsync("/api/v1/aliases/live");
        using var deleted = await api.Http.DeleteAsync("/api/v1/collections/docs");
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (gone.StatusCode, deleted.StatusCode));
        Assert.Equal(HttpStatusCode.NotFound, (await api.Http.GetAsync("/api/v1/collections/live")).StatusCode);
    }

    [Fact]
    public async Task Of_concurrent_requests_for_one_name_one_succeeds()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("docs");
        await api.CreateAsync("more");

        for (var round = 0; round < 15; round++)
        {
            var name = $"n{round}";
            var answers = await Task.WhenAll(
                api.PutAliasAsync(name, "docs"),
                api.Http.PutAsJsonAsync($"/api/v1/collections/{name}", new { }),
                api.CloneAsync("docs", name),
                api.RenameAsync("more", name)
            );

            // A collection that is there with equal settings is a 200.
            Assert.Single(answers.Where((answer, i) => answer.StatusCode == (i == 3 ? HttpStatusCode.OK : HttpStatusCode.Created)));
            Assert.All(
                answers,
                answer =>
                    Assert.Contains(
                        answer.StatusCode,
                        (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.Conflict]
                    )
            );
            await api.Http.DeleteAsync($"/api/v1/aliases/{name}");
            if (answers[3].IsSuccessStatusCode)
            {
                (await api.RenameAsync(name, "more")).EnsureSuccessStatusCode();
            }
        }
    }

    [Fact]
    public async Task A_tenants_aliases_are_its_own()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        var (acme, globex) = (api.As("acme"), api.As("globex"));
        await acme.CreateAsync("docs");
        await acme.UpsertAsync("docs", new { id = "a", text = "the plan of acme" });
        await acme.PutAliasAsync("live", "docs");

        await RefusedAsync(globex.PutAliasAsync("live", "docs"), 404, "There is no collection");
        Assert.Equal(HttpStatusCode.NotFound, (await globex.Http.GetAsync("/api/v1/aliases/live")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await globex.Http.DeleteAsync("/api/v1/aliases/live")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await globex.PostSearchAsync("live", new { query = "plan" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await globex.GetExportAsync("docs")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await globex.CloneAsync("docs", "mine")).StatusCode);
        await globex.CreateAsync("live");
        Assert.Equal(0, (await globex.GetAsync("live")).Documents);
        var aliases = (await acme.Http.GetFromJsonAsync<AliasList>("/api/v1/aliases", Platform.Json))!.Aliases;
        Assert.Equal([("live", "docs")], aliases.Select(alias => (alias.Name, alias.Collection)));
    }

    [Fact]
    public async Task A_rename_during_uploads_loses_nothing_and_its_aliases_follow()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:UpsertBatch", "10"));
        await api.CreateAsync("n0");
        await api.PutAliasAsync("live", "n0");
        var uploads = Enumerable
            .Range(0, 3)
            .Select(worker =>
                api.PostNdjsonAsync(
                    "live",
                    string.Join('\n', Enumerable.Range(0, 300).Select(i => $$"""{"id":"{{worker}}-{{i}}","text":"text {{i}}"}"""))
                )
            )
            .ToList();

        for (var round = 0; round < 10; round++)
        {
            var renamed = await Api.ReadAsync<Collection>(await api.RenameAsync($"n{round}", $"n{round + 1}"));
            Assert.Equal($"n{round + 1}", renamed.Name);
            Assert.Equal(HttpStatusCode.NotFound, (await api.Http.GetAsync($"/api/v1/collections/n{round}")).StatusCode);
        }

        foreach (var upload in uploads)
        {
            Assert.Equal(300, (await Api.ReadAsync<UpsertResult>(await upload)).Written);
        }

        Assert.Equal((900, "n10"), ((await api.GetAsync("n10")).Documents, (await api.GetAsync("live")).Name));
    }

    private static async Task RefusedAsync(Task<HttpResponseMessage> request, int status, string detail)
    {
        using var response = await request;
        var body = (await response.Content.ReadAsStringAsync()).Replace("\\u0022", "\\\"", StringComparison.Ordinal);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(detail, body);
    }
}
