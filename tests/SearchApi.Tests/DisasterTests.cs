using System.Collections.Concurrent;
using System.Net.Http.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Npgsql;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

public sealed class DisasterTests(Platform platform)
{
    private const int Documents = 600;
    private const int PerRequest = 30;
    private const int Disasters = 6;

    [Fact]
    public async Task An_ingest_survives_any_killed_process_without_losing_acknowledged_or_re_embedding_committed_documents()
    {
        await using var postgres = new NativePostgres();
        await postgres.InitializeAsync();
        await using var models = await EmbedProcess.StartAsync(delay: TimeSpan.FromMilliseconds(300));
        (string, string)[] settings =
        [
            ("Ingestion:Lease", "00:00:05"),
            ("Ingestion:BatchSize", "10"),
            ("Ingestion:UpsertBatch", "10"),
            ("Ingestion:MaxBackoff", "00:00:00.5"),
        ];
        var api = await ApiProcess.StartAsync(postgres.ConnectionString, platform.Redis.ConnectionString, models.Address, settings);
        try
        {
            (await api.Http.PutAsJsonAsync("/api/v1/collections/c", new { })).EnsureSuccessStatusCode();
            var acknowledged = new ConcurrentBag<int>();
            var upload = UploadAsync(() => api, acknowledged);
            var random = new Random(20261121);
            var committed = new List<(HashSet<string> Texts, int Embedded)>();
            for (var disaster = 0; disaster < Disasters; disaster++)
            {
                await Task.Delay(random.Next(100, 900));
                switch (disaster % 3)
                {
                    case 0:
                        await api.KillAsync();
                        api = await ApiProcess.StartAsync(
                            postgres.ConnectionString,
                            platform.Redis.ConnectionString,
                            models.Address,
                            settings
                        );
                        break;
                    case 1:
                        await postgres.KillAsync();
                        await postgres.StartAsync();
                        await Eventually.TrueAsync(() => IsUpAsync(postgres.ConnectionString), "PostgreSQL has recovered");
                        break;
                    default:
                        await models.KillAsync();
                        await models.ReviveAsync();
                        break;
                }

                // What is committed now must not be embedded from here on.
                var texts = await CommittedAsync(postgres.ConnectionString);
                committed.Add((texts, models.Embedded.Count));
            }

            await upload;
            await Eventually.TrueAsync(
                async () => await Api.ReadAsync<Collection>(await api.Http.GetAsync("/api/v1/collections/c")) is { Pending: 0 },
                "everything is embedded"
            );

            var collection = await Api.ReadAsync<Collection>(await api.Http.GetAsync("/api/v1/collections/c"));
            Assert.Equal((Documents, Documents, 0), (collection.Documents, collection.Chunks, collection.Failed));
            Assert.Equal(Enumerable.Range(0, Documents), acknowledged.Order());
            Assert.Equal(Enumerable.Range(0, Documents).Select(Text).ToHashSet(), await CommittedAsync(postgres.ConnectionString));
            var embedded = models.Embedded.ToArray();
            foreach (var (texts, count) in committed)
            {
                Assert.DoesNotContain(embedded.Skip(count), texts.Contains);
            }

            // Each disaster costs at most the batches that were on their way: two workers, ten documents each.
            Assert.InRange(embedded.Length, Documents, Documents + (Disasters * 2 * 10));
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{Disasters} disasters; {embedded.Length - Documents} of {Documents} documents were embedded twice, "
                    + $"none of them committed; committed after each: {string.Join(", ", committed.Select(c => c.Texts.Count))}"
            );
        }
        finally
        {
            await api.DisposeAsync();
        }
    }

    [Fact]
    public async Task Ten_collections_fill_concurrently_and_stay_separate()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        var names = Enumerable.Range(0, 10).Select(i => $"c{i}").ToArray();
        await Task.WhenAll(
            names.Select(async name =>
            {
                await api.CreateAsync(name);
                await api.UpsertAsync(
                    name,
                    [.. Enumerable.Range(0, 300).Select(i => (object)new { id = $"{i}", text = $"document number{i} of {name}" })]
                );
            })
        );

        foreach (var name in names)
        {
            await api.EmbeddedAsync(name);
            Assert.Equal((300, 300), ((await api.GetAsync(name)).Documents, (await api.GetAsync(name)).Chunks));
            var found = await api.SearchAsync(
                name,
                new
                {
                    query = $"number7 {name}",
                    rerank = "never",
                    limit = 1,
                }
            );
            Assert.Equal($"document number7 of {name}", found.Results.Single().Text);
        }
    }

    private static string Text(int i) => $"document number{i} of many";

    // A sender as the client is: what fails is sent again, whole.
    private static async Task UploadAsync(Func<ServiceProcess> api, ConcurrentBag<int> acknowledged)
    {
        foreach (var part in Enumerable.Range(0, Documents).Chunk(PerRequest))
        {
            await Task.Delay(250);
            for (var attempt = 0; ; attempt++)
            {
                Assert.True(attempt < 600, "an upload never got through");
                try
                {
                    var response = await api()
                        .Http.PostAsJsonAsync(
                            "/api/v1/collections/c/documents",
                            new { documents = part.Select(i => new { id = $"d{i}", text = Text(i) }) }
                        );
                    if (response.IsSuccessStatusCode)
                    {
                        var result = await Api.ReadAsync<UpsertResult>(response);
                        Assert.Equal((PerRequest, 0), (result.Written + result.Unchanged, result.ErrorCount));
                        Array.ForEach(part, acknowledged.Add);
                        break;
                    }

                    Assert.True(
                        (int)response.StatusCode is 503 or 429,
                        $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}"
                    );
                }
                catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or ObjectDisposedException)
                {
                    // The process is gone; another one comes.
                }

                await Task.Delay(100);
            }
        }
    }

    private static async Task<bool> IsUpAsync(string database)
    {
        try
        {
            // A pooled connection of before would say nothing of the server now.
            await using var source = NpgsqlDataSource.Create(TestDatabase.WithSchema(database));
            await using var connection = await source.OpenConnectionAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<HashSet<string>> CommittedAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(TestDatabase.WithSchema(database));
        await using var command = source.CreateCommand("SELECT c.text FROM chunk c JOIN embedding_1 v ON v.chunk_id = c.id");
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
        {
            texts.Add(reader.GetString(0));
        }

        Assert.Equal(texts.Distinct().Count(), texts.Count);
        return [.. texts];
    }
}
