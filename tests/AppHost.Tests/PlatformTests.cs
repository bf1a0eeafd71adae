using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using EmbedPlatform.TestKit;
using Npgsql;
using StackExchange.Redis;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>The running graph, as one who uses it sees it.</summary>
public class PlatformTests(RunningPlatform platform)
{
    [Theory]
    [InlineData("embed")]
    [InlineData("rerank")]
    [InlineData("search")]
    public async Task Every_service_answers_that_it_is_healthy(string service)
    {
        using var http = platform.App.CreateHttpClient(service);

        using var answer = await http.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("embed")]
    [InlineData("rerank")]
    public async Task A_model_service_measures_what_its_autoscaler_follows(string service)
    {
        var manifest = await File.ReadAllTextAsync(
            Repository.PathOf("deploy", "kubernetes", "base", $"{service}.yaml"),
            TestContext.Current.CancellationToken
        );
        var metric = Regex.Match(manifest, @"metric: \{ name: (\w+) \}").Groups[1].Value;
        using var http = platform.App.CreateHttpClient(service);

        var measured = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Matches($@"(?m)^{Assert.Single([metric], name => name.Length > 0)}\{{model=""[^""]+""\}} \d", measured);
    }

    [Theory]
    [InlineData(
        "embed",
        "http_server_request_duration_seconds",
        "gen_ai_server_request_duration_seconds",
        "embedplatform_inference_queue_duration_seconds",
        "embedplatform_inference_tokens_total",
        "embedplatform_inference_padded_tokens_total",
        "embedplatform_embedding_cache_misses_total",
        "dotnet_gc_collections_total"
    )]
    [InlineData(
        "search",
        "http_server_request_duration_seconds",
        "http_client_request_duration_seconds",
        "embedplatform_search_cache_lookups_total",
        "db_client_connection_count",
        "db_client_operation_duration_seconds",
        "dotnet_gc_collections_total"
    )]
    public async Task Metrics_answer_what_an_operator_asks(string service, params string[] families)
    {
        using var search = platform.App.CreateHttpClient("search");
        using var made = await search.PutAsJsonAsync("/api/v1/collections/measured", new { }, TestContext.Current.CancellationToken);
        using var asked = await search.PostAsJsonAsync(
            "/api/v1/collections/measured/search",
            new { query = $"{Guid.NewGuid()}" },
            TestContext.Current.CancellationToken
        );
        asked.EnsureSuccessStatusCode();
        using var http = platform.App.CreateHttpClient(service);

        var measured = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.All(families, family => Assert.Contains($"# TYPE {family} ", measured, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_database_has_pgvector_to_offer()
    {
        await using var database = new NpgsqlConnection(
            await platform.App.GetConnectionStringAsync("vectors", TestContext.Current.CancellationToken)
        );
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'", database);

        Assert.Equal(1L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Redis_keeps_a_value()
    {
        var connection = await platform.App.GetConnectionStringAsync("cache", TestContext.Current.CancellationToken);
        using var redis = await ConnectionMultiplexer.ConnectAsync(connection!);

        await redis.GetDatabase().StringSetAsync("apphost-test", "kept");

        Assert.Equal("kept", await redis.GetDatabase().StringGetAsync("apphost-test"));
    }

    [Fact]
    public async Task The_addresses_are_written_where_other_programs_find_them()
    {
        await Eventually.TrueAsync(() => File.Exists(platform.EndpointsFile), "the file is written");

        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(platform.EndpointsFile, TestContext.Current.CancellationToken));
        foreach (var service in (string[])["search", "embed", "rerank"])
        {
            Assert.Equal(platform.App.GetEndpoint(service), new Uri(written.RootElement.GetProperty(service).GetString()!));
        }

        Assert.Equal(Environment.ProcessId, written.RootElement.GetProperty("pid").GetInt32());
    }

    [Fact]
    public async Task A_killed_service_comes_back_at_its_address()
    {
        var before = Assert.Single(PlatformProcesses.Running("/EmbedPlatform.EmbedService"));

        await Processes.SignalAsync("KILL", before.Id);

        using var http = platform.App.CreateHttpClient("embed");
        await Eventually.TrueAsync(
            async () => !Processes.IsAlive(before) && await IsHealthyAsync(http, TestContext.Current.CancellationToken),
            "EmbedService is back"
        );

        Assert.NotEqual(before, Assert.Single(PlatformProcesses.Running("/EmbedPlatform.EmbedService")));
    }

    [Fact]
    public async Task A_killed_database_comes_back_with_what_was_committed()
    {
        using var patience = new CancellationTokenSource(RunningPlatform.Patience);
        // A new connection each time: an old one's own server process outlives the killed one for a moment.
        var connection = await platform.App.GetConnectionStringAsync("vectors", patience.Token);
        await using var database = NpgsqlDataSource.Create(connection + ";Pooling=false");
        await ExecuteAsync(database, "CREATE TABLE apphost_test AS SELECT 'committed' AS word", patience.Token);
        var server = Assert.Single(PlatformProcesses.Running("/bin/postgres -D"));

        await Processes.SignalAsync("KILL", server.Id);

        var word = await Eventually.BecomesAsync(
            async () =>
            {
                try
                {
                    return await ExecuteAsync(database, "SELECT word FROM apphost_test", patience.Token);
                }
                catch (NpgsqlException)
                {
                    return null;
                }
            },
            word => word is not null && !Processes.IsAlive(server),
            "the database answers again"
        );
        Assert.Equal("committed", word);
        await ExecuteAsync(database, "DROP TABLE apphost_test", patience.Token);
        await platform.App.ResourceNotifications.WaitForResourceHealthyAsync("search", patience.Token);
    }

    private static async Task<object?> ExecuteAsync(NpgsqlDataSource database, string sql, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task<bool> IsHealthyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
