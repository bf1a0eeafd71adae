using System.Net.Http.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Storage.Hosts;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Replication;

/// <summary>Searches beside a standby.</summary>
[Collection(nameof(ReplicatedDatabase))]
public sealed class ReadReplicaTests(ReplicatedDatabase database) : IClassFixture<ReplicatedDatabase>
{
    private readonly string _collection = $"c{Guid.NewGuid():N}";

    [Fact]
    public async Task Searches_are_answered_by_the_standby_and_writes_by_the_primary()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await database.ServeAsync(models);
        using var reads = new ReadCounts();
        await FillAsync(api);
        await database.ReplayedAsync();
        // On a busy machine the first connections may take longer than a search waits for a standby.
        await AnsweredByStandbyAsync(api, reads);
        var scans = await ScansAsync(database.First);
        reads.Reset();

        foreach (var mode in (string[])["lexical", "dense", "hybrid"])
        {
            var found = await api.SearchAsync(
                _collection,
                new
                {
                    query = "alpha text number7",
                    mode,
                    total = true,
                    rerank = mode == "hybrid" ? "always" : "never",
                }
            );
            Assert.Contains("d7", found.Results.Select(hit => hit.Id));
            Assert.Empty(found.Metadata.Degraded);
        }

        var phrase = await api.SearchAsync(
            _collection,
            new { query = "\"text number8\" numb*", filter = new { field = "kind", eq = "even" } }
        );
        Assert.Equal("d8", phrase.Results.Single().Id);
        var grouped = await api.SearchAsync(_collection, new { query = "number9", group = new { chunks = 2 } });
        Assert.Equal("alpha text number9", grouped.Results[0].Chunks!.Single().Text);
        var similar = await api.Http.PostAsJsonAsync($"/api/v1/collections/{_collection}/documents/d7/similar", new { }, Platform.Json);
        Assert.NotEmpty((await Api.ReadAsync<SearchResponse>(similar)).Results);
        var page = await api.SearchAsync(
            _collection,
            new
            {
                query = "alpha",
                pages = true,
                limit = 5,
            }
        );
        Assert.Equal(5, (await api.SearchAsync(_collection, new { cursor = page.Metadata.Next })).Results.Count);

        Assert.True(reads.Standby >= 20, $"{reads.Standby} reads");
        Assert.Equal((0, 0), (reads.Stale, reads.Failed));
        await Eventually.TrueAsync(
            async () =>
            {
                // PostgreSQL publishes a connection's counts with its next statement a second later.
                await FindAsync(api, "alpha", "lexical");
                return await ScansAsync(database.Second) > 0;
            },
            "the standby has read postings"
        );
        Assert.Equal(scans, await ScansAsync(database.First));
    }

    [Fact]
    public async Task A_search_sees_every_acknowledged_write_even_if_the_standby_has_not_replayed_it()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await database.ServeAsync(models);
        using var reads = new ReadCounts();
        await FillAsync(api);
        await database.ReplayedAsync();
        await ReplicatedDatabase.QueryAsync(database.Second, "SELECT pg_wal_replay_pause()");

        for (var i = 0; i < 10; i++)
        {
            await api.UpsertAsync(_collection, new { id = "changing", text = $"alpha stage{i}" });
            Assert.Equal(["changing"], await FindAsync(api, $"stage{i}", "lexical"));
            Assert.Empty(await FindAsync(api, $"stage{i - 1}", "lexical"));
        }

        await api.EmbeddedAsync(_collection);
        Assert.Equal("changing", (await FindAsync(api, "alpha stage9", "dense"))[0]);
        Assert.Equal("changing", (await FindAsync(api, "alpha stage9", "hybrid"))[0]);
        (await api.Http.DeleteAsync($"/api/v1/collections/{_collection}/documents/changing")).EnsureSuccessStatusCode();
        Assert.Empty(await FindAsync(api, "stage9", "lexical"));
        // Tables of which the standby knows nothing.
        await api.CreateAsync(_collection + "-new", new { language = "simple" });
        await api.UpsertAsync(_collection + "-new", new { id = "n", text = "first" });
        Assert.Equal(["n"], (await api.SearchAsync(_collection + "-new", new { query = "first" })).Results.Select(hit => hit.Id));
        Assert.True(reads.Stale > 0);

        await ReplicatedDatabase.QueryAsync(database.Second, "SELECT pg_wal_replay_resume()");
        await database.ReplayedAsync();
        await AnsweredByStandbyAsync(api, reads);
    }

    [Fact]
    public async Task Searches_go_on_without_the_standby_and_return_to_it()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await database.ServeAsync(models);
        using var reads = new ReadCounts();
        await FillAsync(api);
        await AnsweredByStandbyAsync(api, reads);

        await database.Second.KillAsync();
        reads.Reset();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal($"d{i}", (await FindAsync(api, $"number{i}", "hybrid"))[0]);
        }

        Assert.True(reads.Failed > 0);
        Assert.Equal(0, reads.Standby);
        await database.Second.StartAsync();
        await ReplicatedDatabase.IsUpAsync(database.Second);
        await AnsweredByStandbyAsync(api, reads);
    }

    [Fact]
    public async Task With_the_primary_as_the_target_of_sessions_no_search_uses_the_standby()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await database.ServeAsync(models, settings: ";Target Session Attributes=primary");
        using var reads = new ReadCounts();
        await FillAsync(api);

        Assert.Equal("d7", (await FindAsync(api, "number7", "hybrid"))[0]);

        Assert.Equal((0, 0, 0), (reads.Standby, reads.Stale, reads.Failed));
    }

    [Theory]
    [InlineData("Host=a,b", null)]
    [InlineData("Host=a:1,b:2;Target Session Attributes=prefer-standby", null)]
    [InlineData("Host=a,b;Target Session Attributes=primary", null)]
    [InlineData("Host=a", null)]
    [InlineData(
        "Host=a,b;Target Session Attributes=standby",
        "ConnectionStrings:vectors: Target Session Attributes must be prefer-standby (searches read from a standby, the default) "
            + "or primary (they read from the primary), not standby"
    )]
    public void Several_hosts_need_a_primary(string connectionString, string? fault) =>
        Assert.Equal(fault, DatabaseHosts.Fault(connectionString));

    private static async Task<long> ScansAsync(NativePostgres server) =>
        (long)
            await ReplicatedDatabase.QueryAsync(
                server,
                "SELECT coalesce(sum(seq_scan + idx_scan), 0)::bigint FROM pg_stat_all_tables WHERE relname = 'posting'"
            );

    private async Task FillAsync(Api api)
    {
        await api.CreateAsync(_collection, new { language = "simple" });
        await api.UpsertAsync(
            _collection,
            [
                .. Enumerable
                    .Range(0, 30)
                    .Select(i =>
                        (object)
                            new
                            {
                                id = $"d{i}",
                                text = $"alpha text number{i}",
                                metadata = new { kind = i % 2 == 0 ? "even" : "odd" },
                            }
                    ),
            ]
        );
        await api.EmbeddedAsync(_collection);
    }

    private async Task<string[]> FindAsync(Api api, string query, string mode) =>
        [
            .. (
                await api.SearchAsync(
                    _collection,
                    new
                    {
                        query,
                        mode,
                        rerank = "never",
                    }
                )
            ).Results.Select(hit => hit.Id),
        ];

    private Task AnsweredByStandbyAsync(Api api, ReadCounts reads)
    {
        reads.Reset();
        return Eventually.TrueAsync(
            async () =>
            {
                await api.SearchAsync(_collection, new { query = "alpha", cache = false });
                return reads.Standby > 0;
            },
            "the standby answers"
        );
    }
}
