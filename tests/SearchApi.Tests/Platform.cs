using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(EmbedPlatform.SearchApi.Tests.Platform))]

namespace EmbedPlatform.SearchApi.Tests;

/// <summary>Real PostgreSQL and Redis, model services over HTTP, and as many SearchApi as a test starts.</summary>
public sealed class Platform : IAsyncLifetime
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public NativePostgres Postgres { get; } = new();

    public NativeRedis Redis { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Postgres.InitializeAsync();
        await Redis.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
    }

    public async Task<Api> StartAsync(ModelServer models, params (string Key, string Value)[] settings) =>
        await Api.StartAsync(await NewDatabaseAsync(), Redis.ConnectionString, models, settings);

    /// <summary>
    /// A service with the embedded collection "c": one document of alpha, beta, gamma and delta, and 40 of common words, two of which
    /// contain alpha too.
    /// </summary>
    public async Task<Api> StartWithDocumentsAsync(ModelServer models, params (string Key, string Value)[] settings)
    {
        var api = await StartAsync(models, settings);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync(
            "c",
            [
                new { id = "d0", text = "alpha beta gamma delta" },
                .. Enumerable
                    .Range(1, 40)
                    .Select(i => (object)new { id = $"d{i}", text = $"common text kind{i % 7}{(i % 20 == 0 ? " alpha" : string.Empty)}" }),
            ]
        );
        await api.EmbeddedAsync("c");
        return api;
    }

    /// <summary>An empty database, on the Citus cluster if there is one.</summary>
    public async Task<string> NewDatabaseAsync() =>
        TestDatabase.Cluster is { } cluster ? TestDatabase.OnCluster(cluster) : await NewServerDatabaseAsync();

    /// <summary>An empty database on the tests' own server.</summary>
    public Task<string> NewServerDatabaseAsync() => TestDatabase.CreateAsync(Postgres);
}

/// <summary>A running SearchApi and short forms for its routes.</summary>
public sealed class Api : IAsyncDisposable
{
    private readonly WebApplicationFactory<Program> _factory;

    private Api(WebApplicationFactory<Program> factory, string database) =>
        (_factory, Http, Database) = (factory, factory.CreateClient(), TestDatabase.WithSchema(database));

    /// <summary>The same SearchApi as a tenant sees it; the empty name sends no header.</summary>
    public Api As(string tenant)
    {
        var api = new Api(_factory, Database);
        if (tenant.Length > 0)
        {
            api.Http.DefaultRequestHeaders.TryAddWithoutValidation("X-Tenant", tenant);
        }

        return api;
    }

    public HttpClient Http { get; }

    public string Database { get; }

    public static Task<Api> StartAsync(string database, string redis, ModelServer models, params (string Key, string Value)[] settings) =>
        StartAsync(database, redis, models, _ => { }, settings);

    public static async Task<Api> StartAsync(
        string database,
        string redis,
        ModelServer models,
        Action<IServiceCollection> configure,
        params (string Key, string Value)[] settings
    )
    {
        var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
        {
            builder.UseSetting("ConnectionStrings:vectors", database);
            builder.UseSetting("ConnectionStrings:cache", redis);
            builder.UseSetting("services:embed:http:0", models.Address);
            builder.UseSetting("services:rerank:http:0", models.RerankAddress);
            builder.UseSetting("Ingestion:PollInterval", "00:00:00.1");
            foreach (var (key, value) in (IEnumerable<(string, string)>)[.. TestDatabase.Settings(database), .. settings])
            {
                builder.UseSetting(key, value);
            }

            builder.ConfigureTestServices(configure);
        });
        var api = new Api(factory, database);
        await Eventually.TrueAsync(async () => (await api.Http.GetAsync("/health")).IsSuccessStatusCode, "SearchApi is healthy");
        return api;
    }

    public async Task<Collection> CreateAsync(string name, object? settings = null) =>
        await ReadAsync<Collection>(await Http.PutAsJsonAsync($"/api/v1/collections/{name}", settings ?? new { }, Platform.Json));

    public async Task<Collection> PatchAsync(string name, object patch) =>
        await ReadAsync<Collection>(await Http.PatchAsJsonAsync($"/api/v1/collections/{name}", patch, Platform.Json));

    public async Task<Collection> GetAsync(string name) =>
        (await Http.GetFromJsonAsync<Collection>($"/api/v1/collections/{name}", Platform.Json))!;

    public async Task<UpsertResult> UpsertAsync(string name, params object[] documents) =>
        await ReadAsync<UpsertResult>(
            await Http.PostAsJsonAsync($"/api/v1/collections/{name}/documents", new { documents }, Platform.Json)
        );

    public Task<HttpResponseMessage> PostNdjsonAsync(string name, string lines) =>
        Http.PostAsync($"/api/v1/collections/{name}/documents", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"));

    public Task<HttpResponseMessage> PostSearchAsync(string name, object request) =>
        Http.PostAsJsonAsync($"/api/v1/collections/{name}/search", request, Platform.Json);

    public async Task<SearchResponse> SearchAsync(string name, object request) =>
        await ReadAsync<SearchResponse>(await PostSearchAsync(name, request));

    public Task EmbeddedAsync(string name) => Eventually.TrueAsync(async () => (await GetAsync(name)).Pending == 0, $"{name} is embedded");

    public static async Task<T> ReadAsync<T>(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {body}");
        return JsonSerializer.Deserialize<T>(body, Platform.Json)!;
    }

    public async ValueTask DisposeAsync() => await _factory.DisposeAsync();
}
