using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Storage.Migrations;
using EmbedPlatform.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

public sealed class MigrationTests(Platform platform)
{
    // What the program of migration 3 left behind: one document embedded, one waiting, one set aside.
    private const string DataOfThree = """
        INSERT INTO collection (name, language, chunk_tokens, chunk_overlap, space_id) VALUES ('old', 'simple', 64, 8, 1);
        INSERT INTO embedding_space (collection_id, model, revision, dimension) VALUES (1, 'bag', 'r1', 64);
        CREATE TABLE embedding_1 (chunk_id bigint PRIMARY KEY, document_id bigint NOT NULL, embedding halfvec(64) NOT NULL);
        CREATE INDEX embedding_1_document ON embedding_1 (document_id);
        CREATE INDEX embedding_1_hnsw ON embedding_1 USING hnsw (embedding halfvec_cosine_ops);
        INSERT INTO document (collection_id, external_id, text, content_hash, text_hash)
        SELECT 1, i::text, 'word number' || i, sha256(('c' || i)::bytea), sha256(('t' || i)::bytea) FROM generate_series(1, 3) i;
        INSERT INTO chunk (document_id, ordinal, text, hash) VALUES (1, 0, 'word number1', sha256('word number1'));
        INSERT INTO embedding_1 SELECT 1, 1, array_fill(0.125::real, ARRAY[64])::halfvec;
        INSERT INTO posting SELECT 1, t, i, 1, 2 FROM generate_series(1, 3) i, unnest(ARRAY['word', 'number' || i]) t;
        INSERT INTO document_lexeme SELECT i, i, ARRAY['number' || i, 'word'], 2 FROM generate_series(1, 3) i;
        INSERT INTO lexical_total VALUES (1, 0, 3, 6);
        INSERT INTO embedding_work (document_id, collection_id, failed_reason) VALUES (2, 1, NULL), (3, 1, 'poison');
        """;

    [Fact]
    public async Task A_database_at_migration_three_is_upgraded_with_its_data_and_keeps_working()
    {
        await using var models = await ModelServer.StartAsync();
        var database = await platform.NewDatabaseAsync();
        await using (var source = NpgsqlDataSource.Create(database))
        {
            var migrator = new Migrator(source, NullLogger<Migrator>.Instance);
            await migrator.MigrateAsync([.. MigrationScript.All.Where(script => script.Version <= 3)], CancellationToken.None);
            await using var fill = source.CreateCommand(DataOfThree);
            await fill.ExecuteNonQueryAsync();
        }

        await using var api = await Api.StartAsync(database, platform.Redis.ConnectionString, models);
        await api.EmbeddedAsync("old");

        var collection = await api.GetAsync("old");
        Assert.Equal((3, 2, 0, 1), (collection.Documents, collection.Chunks, collection.Pending, collection.Failed));
        var found = await api.SearchAsync("old", new { query = "number2", rerank = "never" });
        Assert.Equal("2", found.Results[0].Id);

        // The words of before are indexed again: phrases need their order, and metadata of the index its new version.
        await Eventually.TrueAsync(async () => !(await api.GetAsync("old")).LexicalPending, "the words are indexed again");
        var phrase = await api.SearchAsync("old", new { query = "\"word number2\"", mode = "lexical" });
        Assert.Equal(["2"], phrase.Results.Select(hit => hit.Id));
        Assert.Empty(phrase.Metadata.Degraded);
        await api.UpsertAsync("old", new { id = "3", text = "word number3 healed" });
        await api.EmbeddedAsync("old");
        Assert.Equal((3, 0), ((await api.GetAsync("old")).Chunks, (await api.GetAsync("old")).Failed));
    }
}
