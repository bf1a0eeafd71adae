using System.Net;
using System.Net.Http.Json;
using EmbedPlatform.Client.Search;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

public sealed class TenantTests(Platform platform)
{
    private static readonly string[] Tenants = ["", "acme", "Acme", "globex"];

    [Fact]
    public async Task Tenants_with_equal_collection_names_never_read_change_or_count_each_others_data()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        var random = new Random(5);
        var model = Tenants.ToDictionary(tenant => tenant, _ => new SortedDictionary<string, string>(StringComparer.Ordinal));
        foreach (var tenant in Tenants)
        {
            await api.As(tenant).CreateAsync("c");
        }

        for (var step = 0; step < 120; step++)
        {
            var tenant = Tenants[random.Next(Tenants.Length)];
            var (own, id) = (api.As(tenant), $"d{random.Next(8)}");
            switch (random.Next(4))
            {
                case 0 or 1:
                    var text = $"shared words secret{tenant.Length}{tenant} number{step}";
                    await own.UpsertAsync(
                        "c",
                        new
                        {
                            id,
                            text,
                            metadata = new { owner = tenant },
                        }
                    );
                    model[tenant][id] = text;
                    break;
                case 2:
                    var gone = await own.Http.DeleteAsync($"/api/v1/collections/c/documents/{id}");
                    Assert.Equal(model[tenant].Remove(id) ? HttpStatusCode.NoContent : HttpStatusCode.NotFound, gone.StatusCode);
                    break;
                default:
                    var found = await own.Http.GetAsync($"/api/v1/collections/c/documents/{id}");
                    Assert.Equal(model[tenant].ContainsKey(id), found.IsSuccessStatusCode);
                    if (found.IsSuccessStatusCode)
                    {
                        Assert.Equal(model[tenant][id], (await Api.ReadAsync<StoredDocument>(found)).Text);
                    }

                    break;
            }
        }

        foreach (var tenant in Tenants)
        {
            var own = api.As(tenant);
            await own.EmbeddedAsync("c");
            Assert.Equal(model[tenant].Count, (await own.GetAsync("c")).Documents);
            foreach (var mode in (string[])["lexical", "dense", "hybrid"])
            {
                var hits = (
                    await own.SearchAsync(
                        "c",
                        new
                        {
                            query = "shared words secret4acme",
                            mode,
                            rerank = "never",
                            limit = 50,
                        }
                    )
                ).Results;
                Assert.Equal(model[tenant].Keys, hits.Select(hit => hit.Id).Order(StringComparer.Ordinal));
                Assert.All(hits, hit => Assert.Equal(tenant, hit.Metadata!.Value.GetProperty("owner").GetString()));
            }
        }

        foreach (var tenant in Tenants)
        {
            var (own, prefix) = (api.As(tenant), "/api/v1/collections/c");
            var page = (await own.Http.GetFromJsonAsync<DocumentPage>($"{prefix}/documents", Platform.Json))!;
            Assert.Equal(model[tenant].Values.Order(), page.Documents.Select(document => document.Text).Order());
            Assert.Equal(
                model[tenant].Count,
                (await own.Http.GetFromJsonAsync<CollectionStats>($"{prefix}/stats", Platform.Json))!.Documents
            );
            var tasks = (await own.Http.GetFromJsonAsync<UploadTaskList>("/api/v1/tasks?limit=1000", Platform.Json))!.Tasks;
            Assert.NotEmpty(tasks);
            foreach (var other in Tenants.Where(other => other != tenant))
            {
                Assert.Equal(HttpStatusCode.NotFound, (await api.As(other).Http.GetAsync($"/api/v1/tasks/{tasks[0].Id}")).StatusCode);
                Assert.Equal(HttpStatusCode.NotFound, (await api.As(other).Http.DeleteAsync($"/api/v1/tasks/{tasks[0].Id}")).StatusCode);
                Assert.Equal(
                    HttpStatusCode.NotFound,
                    (await api.As(other).Http.GetAsync($"/api/v1/tasks/{tasks[0].Id}/events")).StatusCode
                );
                var reused = await api.As(other)
                    .Http.PostAsJsonAsync(
                        $"{prefix}/documents?task={tasks[0].Id}",
                        new { documents = new[] { new { id = "intruder", text = "x" } } }
                    );
                Assert.Equal(HttpStatusCode.Conflict, reused.StatusCode);
            }
        }

        Assert.Equal(HttpStatusCode.NoContent, (await api.As("acme").Http.DeleteAsync("/api/v1/collections/c")).StatusCode);
        Assert.Empty((await api.As("acme").Http.GetFromJsonAsync<CollectionList>("/api/v1/collections", Platform.Json))!.Collections);
        Assert.Equal(model["Acme"].Count, (await api.As("Acme").GetAsync("c")).Documents);
        Assert.Equal(HttpStatusCode.NotFound, (await api.As("initech").Http.GetAsync("/api/v1/collections/c")).StatusCode);
    }

    [Fact]
    public async Task A_cached_query_of_one_tenant_is_not_shared_with_another()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        var query = $"what acme asked {Guid.NewGuid():N}";
        foreach (var tenant in (string[])["acme", "globex"])
        {
            await api.As(tenant).CreateAsync("c");
            await api.As(tenant).UpsertAsync("c", new { id = "1", text = "one" });
            await api.As(tenant).EmbeddedAsync("c");
        }

        Assert.False((await api.As("acme").SearchAsync("c", new { query, cache = false })).Metadata.Timings.EmbedCached);
        Assert.True((await api.As("acme").SearchAsync("c", new { query, cache = false })).Metadata.Timings.EmbedCached);
        Assert.False((await api.As("globex").SearchAsync("c", new { query, cache = false })).Metadata.Timings.EmbedCached);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData(".hidden")]
    [InlineData("a:b")]
    [InlineData("a,b")]
    public async Task An_invalid_tenant_header_is_a_400_that_names_it(string tenant)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);

        var response = await api.As(tenant).Http.GetAsync("/api/v1/collections");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("\"X-Tenant\":[", await response.Content.ReadAsStringAsync());
    }
}
