using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Npgsql;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

/// <summary>The HNSW index comes when the first load is through; searches are the same before, and what comes later is in it.</summary>
public sealed class VectorIndexTests(Platform platform)
{
    private const string Index = "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('embedding_1_hnsw') AND indisvalid";

    [Fact]
    public async Task Few_vectors_get_no_index_and_many_get_one_once_they_are_embedded()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models, ("Ingestion:IndexThreshold", "100"));
        await api.CreateAsync("c", new { index = new { m = 8, ef_construction = 32 } });
        await FillAsync(api, 0, 60);
        var before = await NearestAsync(api);
        Assert.False((await api.GetAsync("c")).IndexPending);
        Assert.Equal(0, await ScalarAsync(api, Index));

        await FillAsync(api, 60, 200);
        await Eventually.TrueAsync(async () => await ScalarAsync(api, Index) == 1, "the index is built");
        await Eventually.TrueAsync(async () => !(await api.GetAsync("c")).IndexPending, "the collection says so");
        Assert.Equal(
            1,
            await ScalarAsync(
                api,
                "SELECT count(*) FROM pg_class WHERE relname = 'embedding_1_hnsw' "
                    + "AND 'm=8' = ANY(reloptions) AND 'ef_construction=32' = ANY(reloptions)"
            )
        );
        Assert.Equal(before, await NearestAsync(api));

        await FillAsync(api, 200, 260);
        Assert.Equal(before, await NearestAsync(api, 230));
        Assert.Equal(260, (await api.GetAsync("c")).Chunks);
    }

    [Fact]
    public async Task An_index_whose_build_was_interrupted_is_rebuilt()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(
            models,
            ("Ingestion:IndexThreshold", "100"),
            ("Ingestion:PollInterval", "00:00:03")
        );
        await api.CreateAsync("c");
        // What an interrupted CREATE INDEX CONCURRENTLY leaves.
        await ScalarAsync(
            api,
            """
            CREATE INDEX embedding_1_hnsw ON embedding_1 USING hnsw (embedding halfvec_cosine_ops);
            UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'embedding_1_hnsw'::regclass;
            """
        );
        await FillAsync(api, 0, 200);

        await Eventually.TrueAsync(async () => await ScalarAsync(api, Index) == 1, "the index is built");
        Assert.Equal(1, await NearestAsync(api, 30), 3);
    }

    private static async Task FillAsync(Api api, int from, int to)
    {
        await api.UpsertAsync(
            "c",
            [.. Enumerable.Range(from, to - from).Select(i => (object)new { id = $"d{i}", text = $"document number{i}" })]
        );
        await api.EmbeddedAsync("c");
    }

    // Two of these documents may have one vector; the similarity to the nearest is the same whichever comes first.
    private static async Task<double> NearestAsync(Api api, int number = 7) => Math.Round((
                await api.SearchAsync(
                    "c",
                    new
                    {
                        query = $"document number{number}",
                        mode = "dense",
                        limit = 1,
                    }
                )
            ).Results.Single().Score, 3);

    private static async Task<long> ScalarAsync(Api api, string sql)
    {
        await using var source = NpgsqlDataSource.Create(api.Database);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync() as long? ?? 0;
    }
}
