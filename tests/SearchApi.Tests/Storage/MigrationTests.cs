using System.Net;
using System.Net.Http.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;
using EmbedPlatform.SearchApi.Storage.Migrations;
using EmbedPlatform.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Storage;

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

    private const int OldDocuments = 3000;

    // The documents of the version before, whose words came from PostgreSQL's parser.
    private static readonly string DataOfFourteen = $"""
        INSERT INTO collection (name, language, chunk_tokens, chunk_overlap, space_id) VALUES ('old', 'simple', 64, 8, 1);
        INSERT INTO embedding_space (collection_id, model, revision, dimension, indexed) VALUES (1, 'bag', 'r1', 64, true);
        CREATE TABLE embedding_1 (chunk_id bigint PRIMARY KEY, document_id bigint NOT NULL, embedding halfvec(64) NOT NULL);
        CREATE INDEX embedding_1_document ON embedding_1 (document_id);
        CREATE INDEX embedding_1_hnsw ON embedding_1 USING hnsw (embedding halfvec_cosine_ops);
        INSERT INTO document (collection_id, external_id, text, content_hash, text_hash)
        SELECT 1, i::text, 'word number' || i, sha256(('c' || i)::bytea), sha256(('t' || i)::bytea)
        FROM generate_series(1, {OldDocuments}) i;
        INSERT INTO chunk (document_id, ordinal, text, hash)
        SELECT i, 0, 'word number' || i, sha256(('word number' || i)::bytea) FROM generate_series(1, {OldDocuments}) i;
        INSERT INTO embedding_1 SELECT id, document_id, array_fill(0.125::real, ARRAY[64])::halfvec FROM chunk;
        INSERT INTO posting
        SELECT 1, t, i, 1, 2 FROM generate_series(1, {OldDocuments}) i, unnest(ARRAY['word', 'number' || i]) t;
        INSERT INTO document_lexeme SELECT i, i, ARRAY['number' || i, 'word'], 2 FROM generate_series(1, {OldDocuments}) i;
        INSERT INTO lexical_total VALUES (1, 0, {OldDocuments}, 2 * {OldDocuments});
        """;

    [Fact]
    public async Task A_database_at_migration_three_is_upgraded_with_its_data_and_keeps_working()
    {
        await using var models = await ModelServer.StartAsync();
        var database = await platform.NewServerDatabaseAsync();
        await CreateAsync(database, lastMigration: 3, DataOfThree);

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

    [Fact]
    public async Task Tables_of_the_version_before_move_from_public_to_a_schema_of_their_own_and_other_tables_stay()
    {
        await using var models = await ModelServer.StartAsync();
        var database = await platform.NewServerDatabaseAsync();
        await CreateAsync(database, lastMigration: 14, DataOfThree);
        await ExecuteAsync(database, "CREATE TABLE public.orders (id integer); CREATE TABLE public.embedding_99 (id integer)");

        await using var api = await Api.StartAsync(database, platform.Redis.ConnectionString, models);
        await api.EmbeddedAsync("old");

        Assert.Equal(
            ["embedding_99", "orders"],
            await ReadAsync(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        );
        Assert.Equal(
            ["1 1", "2 2", "3 3"],
            await ReadAsync(api.Database, "SELECT external_id || ' ' || document_id FROM document_key ORDER BY 1")
        );

        // Keys of before lead to their documents, and new documents get ids of their own.
        await api.UpsertAsync("old", new { id = "1", text = "word changed" }, new { id = "4", text = "word number4" });
        await api.EmbeddedAsync("old");
        Assert.Equal(
            ["1 old", "2 old", "3 old", "4 new"],
            await ReadAsync(api.Database, "SELECT external_id || CASE WHEN id > 3 THEN ' new' ELSE ' old' END FROM document ORDER BY 1")
        );
        Assert.Equal("1", (await api.SearchAsync("old", new { query = "changed", rerank = "never" })).Results[0].Id);
        using var deleted = await api.Http.DeleteAsync("/api/v1/collections/old/documents/2", TestContext.Current.CancellationToken);
        Assert.Equal(3, (await api.GetAsync("old")).Documents);
    }

    [Fact]
    public async Task A_database_with_tables_of_the_same_names_in_public_keeps_them()
    {
        await using var models = await ModelServer.StartAsync();
        var database = await platform.NewServerDatabaseAsync();
        await ExecuteAsync(
            database,
            """
            CREATE TABLE document (id integer, secret text);
            INSERT INTO document VALUES (1, 'theirs');
            CREATE TABLE collection (name integer);
            CREATE TABLE schema_migration (version text, name text, checksum text);
            INSERT INTO schema_migration VALUES ('1', 'V1__theirs.sql', 'x');
            """
        );

        await using var api = await Api.StartAsync(database, platform.Redis.ConnectionString, models);
        await api.CreateAsync("ours", new { language = "simple" });
        await api.UpsertAsync("ours", new { id = "a", text = "word" });
        await api.EmbeddedAsync("ours");

        Assert.Equal("a", Assert.Single((await api.SearchAsync("ours", new { query = "word", rerank = "never" })).Results).Id);
        Assert.Equal(["theirs"], await ReadAsync(database, "SELECT secret FROM public.document"));
        Assert.Equal(["V1__theirs.sql"], await ReadAsync(database, "SELECT name FROM public.schema_migration"));
    }

    [Fact]
    public async Task A_schema_can_be_chosen_and_two_platforms_share_a_database()
    {
        await using var models = await ModelServer.StartAsync();
        var database = await platform.NewServerDatabaseAsync();

        await using var one = await Api.StartAsync(database, platform.Redis.ConnectionString, models, ("Storage:Schema", "one"));
        await one.CreateAsync("c", new { language = "simple" });
        await using var two = await Api.StartAsync(database, platform.Redis.ConnectionString, models, ("Storage:Schema", "two"));

        using var response = await two.Http.GetAsync("/api/v1/collections/c", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(["one", "two"], await ReadAsync(database, "SELECT schemaname FROM pg_tables WHERE tablename = 'document' ORDER BY 1"));
    }

    [Fact]
    public async Task Pgvector_in_another_schema_needs_that_schema_in_the_search_path()
    {
        await using var models = await ModelServer.StartAsync();
        var database = await platform.NewServerDatabaseAsync();
        await ExecuteAsync(database, "CREATE SCHEMA extensions; CREATE EXTENSION vector WITH SCHEMA extensions");

        var refused = await Assert.ThrowsAsync<SchemaMismatchException>(() => CreateAsync(database, lastMigration: 17, data: null));
        Assert.Equal(
            "pgvector is installed in the schema extensions; add \";Search Path=extensions\" to ConnectionStrings:vectors",
            refused.Message
        );

        await using var api = await Api.StartAsync($"{database};Search Path=extensions", platform.Redis.ConnectionString, models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", new { id = "a", text = "word" });
        await api.EmbeddedAsync("c");
    }

    [Fact]
    public async Task An_upgrade_under_load_that_is_killed_three_times_resumes_and_loses_nothing()
    {
        await using var models = await ModelServer.StartAsync();
        var database = await platform.NewServerDatabaseAsync();
        await CreateAsync(database, lastMigration: 14, DataOfFourteen);
        var api = await ApiProcess.StartAsync(database, platform.Redis.ConnectionString, models);
        var acknowledged = new List<string>();
        using var end = new CancellationTokenSource();
        try
        {
            var load = LoadAsync();
            foreach (var reindexed in (long[])[200, 1500, 2500])
            {
                await Eventually.TrueAsync(
                    async () => await CountAsync(database, "SELECT count(*) FROM document_lexeme WHERE analyzer > 0") >= reindexed,
                    $"{reindexed} documents are indexed again"
                );
                await api.KillAsync();
                api = await ApiProcess.StartAsync(database, platform.Redis.ConnectionString, models);
            }

            await Eventually.TrueAsync(
                async () => await GetAsync<Collection>("/api/v1/collections/old") is { LexicalPending: false, Pending: 0 },
                "all words are indexed again and all documents embedded"
            );
            await end.CancelAsync();
            await load;
            var collection = await GetAsync<Collection>("/api/v1/collections/old");
            var stored = await ReadAsync(ProductSchema.In(database), "SELECT external_id FROM document");
            Assert.Equal(stored.Count, collection.Documents);
            Assert.NotEmpty(acknowledged);
            Assert.Empty(Enumerable.Range(1, OldDocuments).Select(i => $"{i}").Concat(acknowledged).Except(stored));
            foreach (var id in (string[])["1", "1777", $"{OldDocuments}", .. acknowledged.TakeLast(3)])
            {
                Assert.Equal([id], await SearchAsync($"\"word number{id}\""));
            }

            // Postings and totals are those of one index, not of parts of two.
            Assert.Equal(collection.Documents, await CountAsync(database, "SELECT count(*) FROM posting WHERE term = 'word'"));
            Assert.Equal(collection.Documents, await CountAsync(database, "SELECT sum(documents)::bigint FROM lexical_total"));
        }
        finally
        {
            await end.CancelAsync();
            await api.DisposeAsync();
        }

        // Uploads and searches, which fail only while the process is down.
        async Task LoadAsync()
        {
            for (var i = 1; !end.IsCancellationRequested; i++)
            {
                try
                {
                    var id = $"new{i}";
                    using var stored = await api.Http.PostAsJsonAsync(
                        "/api/v1/collections/old/documents",
                        new { documents = new[] { new { id, text = $"word number{id}" } } }
                    );
                    if (stored.IsSuccessStatusCode)
                    {
                        acknowledged.Add(id);
                    }

                    Assert.Contains("17", await SearchAsync("number17"));
                }
                catch (Exception failure) when (failure is HttpRequestException or ObjectDisposedException or TaskCanceledException)
                {
                    await Task.Delay(20);
                }
            }
        }

        async Task<List<string>> SearchAsync(string query)
        {
            using var response = await api.Http.PostAsJsonAsync("/api/v1/collections/old/search", new { query, mode = "lexical" });
            response.EnsureSuccessStatusCode();
            var found = await response.Content.ReadFromJsonAsync<SearchResponse>(Platform.Json);
            return [.. found!.Results.Select(hit => hit.Id)];
        }

        async Task<T> GetAsync<T>(string path) => await Api.ReadAsync<T>(await api.Http.GetAsync(path));
    }

    /// <summary>A database as the program left it whose last migration this was, with its tables in public.</summary>
    private static async Task CreateAsync(string database, int lastMigration, string? data)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var migrator = new Migrator(
            source,
            new SingleServer(),
            Options.Create(new StorageOptions { Schema = "public" }),
            new SchemaState(),
            NullLogger<Migrator>.Instance
        );
        await migrator.MigrateAsync([.. MigrationScript.All.Where(script => script.Version <= lastMigration)], CancellationToken.None);
        if (data is not null)
        {
            await ExecuteAsync(database, data);
        }
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> CountAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(ProductSchema.In(database));
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<List<string>> ReadAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
