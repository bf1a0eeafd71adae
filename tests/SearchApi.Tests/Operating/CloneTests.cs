using System.Net;
using EmbedPlatform.Client.Search;
using EmbedPlatform.TestKit;
using Npgsql;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Operating;

public sealed class CloneTests(Platform platform)
{
    [Fact]
    public async Task A_clone_has_equal_answers_and_lives_on_its_own_and_nothing_is_embedded_again()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.FillAsync(
            "docs",
            OperatingApi.Corpus(300),
            new
            {
                language = "english",
                chunk_tokens = 32,
                chunk_by = "heading",
                weights = new { dense = 0.7 },
                fields = new { kind = new { type = "number", facet = true } },
            }
        );
        var (before, answers) = (models.Indexed.Count, await api.AnswersAsync("docs"));

        var response = await api.CloneAsync("docs", "copy");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var (source, copy) = (await api.GetAsync("docs"), await Api.ReadAsync<Collection>(response));
        Assert.Equal(
            (source.Documents, source.Chunks, source.Pending, source.Model, source.ChunkTokens, source.ChunkBy, source.Weights),
            (copy.Documents, copy.Chunks, copy.Pending, copy.Model, copy.ChunkTokens, copy.ChunkBy, copy.Weights)
        );
        Assert.Equal(answers, await api.AnswersAsync("copy"));
        Assert.Equal(before, models.Indexed.Count);

        await api.UpsertAsync("copy", new { id = "new", text = "river river river" });
        await api.UpsertAsync("docs", new { id = "d0", text = "changed" });
        await api.EmbeddedAsync("copy");
        Assert.Equal((300, 301), ((await api.GetAsync("docs")).Documents, (await api.GetAsync("copy")).Documents));
        (await api.Http.DeleteAsync("/api/v1/collections/docs")).EnsureSuccessStatusCode();
        Assert.Equal("new", (await api.SearchAsync("copy", new { query = "river", mode = "lexical" })).Results[0].Id);
    }

    [Fact]
    public async Task Documents_that_wait_are_embedded_in_the_clone_too()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("docs");
        models.Hold = new TaskCompletionSource();
        await api.UpsertAsync("docs", new { id = "a", text = "some words" }, new { id = "b", text = "other words" });

        var copy = await Api.ReadAsync<Collection>(await api.CloneAsync("docs", "copy"));
        models.Hold.SetResult();
        models.Hold = null;
        await api.EmbeddedAsync("copy");

        Assert.Equal((2, 2), (copy.Documents, copy.Pending));
        Assert.Equal(2, (await api.GetAsync("copy")).Chunks);
    }

    [Fact]
    public async Task The_source_stays_writable_and_the_clone_is_one_moment_of_it()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.FillAsync("docs", OperatingApi.Corpus(300));
        using var writing = new CancellationTokenSource();
        var writes = WriteAsync();

        for (var i = 0; i < 4; i++)
        {
            var copy = await Api.ReadAsync<Collection>(await api.CloneAsync("docs", $"copy{i}"));
            await using var source = NpgsqlDataSource.Create(api.Database);
            // Each document has its key and its lexemes, and each word its posting.
            await using var command = source.CreateCommand(
                """
                SELECT (SELECT count(*) FROM document_key k WHERE k.collection_id = c.id),
                       (SELECT count(*) FROM document d WHERE d.collection_id = c.id),
                       (SELECT count(*) FROM document_lexeme l JOIN document d ON d.id = l.document_id WHERE d.collection_id = c.id),
                       (SELECT sum(documents)::bigint FROM lexical_total t WHERE t.collection_id = c.id),
                       (SELECT sum(cardinality(terms)) FROM document_lexeme l JOIN document d ON d.id = l.document_id
                        WHERE d.collection_id = c.id),
                       (SELECT count(*) FROM posting p WHERE p.collection_id = c.id)
                FROM collection c WHERE c.name = $1
                """
            );
            command.Parameters.Add(new NpgsqlParameter { Value = copy.Name });
            await using var reader = await command.ExecuteReaderAsync();
            Assert.True(await reader.ReadAsync());
            Assert.All(Enumerable.Range(0, 4), column => Assert.Equal(reader.GetInt64(0), reader.GetInt64(column)));
            Assert.Equal(reader.GetInt64(4), reader.GetInt64(5));
        }

        await writing.CancelAsync();
        Assert.True(await writes > 0);

        async Task<int> WriteAsync()
        {
            var count = 0;
            for (; !writing.IsCancellationRequested; count++)
            {
                await api.UpsertAsync("docs", new { id = $"w{count}", text = "river stone" }, new { id = $"d{count}", text = "changed" });
            }

            return count;
        }
    }

    [Fact]
    public async Task A_process_killed_in_the_middle_of_a_clone_leaves_nothing_behind()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.FillAsync("docs", OperatingApi.Corpus(100));
        await using var connection = new NpgsqlConnection(api.Database);
        await connection.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        // The last statement of a clone waits for this lock.
        await using (var hold = new NpgsqlCommand("LOCK TABLE posting IN SHARE ROW EXCLUSIVE MODE", connection, transaction))
        {
            await hold.ExecuteNonQueryAsync();
        }

        await using var killed = await ApiProcess.StartAsync(api.Database, platform.Redis.ConnectionString, models);
        var cloning = killed.Http.PostAsync(
            "/api/v1/collections/docs/clone",
            new StringContent("""{"to":"copy"}""", System.Text.Encoding.UTF8, "application/json")
        );
        await Eventually.TrueAsync(IsWaitingAsync, "the clone waits");
        Assert.Equal(HttpStatusCode.NotFound, (await api.Http.GetAsync("/api/v1/collections/copy")).StatusCode);
        await killed.KillAsync();
        await transaction.RollbackAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => cloning);
        await Eventually.TrueAsync(async () => !await IsWaitingAsync(), "PostgreSQL has rolled back");
        Assert.Single((await Api.ReadAsync<CollectionList>(await api.Http.GetAsync("/api/v1/collections"))).Collections);
        Assert.Equal(100, (await Api.ReadAsync<Collection>(await api.CloneAsync("docs", "copy"))).Documents);

        async Task<bool> IsWaitingAsync()
        {
            await using var source = NpgsqlDataSource.Create(api.Database);
            await using var command = source.CreateCommand(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
                    + "AND query LIKE 'INSERT INTO posting%')"
            );
            return await command.ExecuteScalarAsync() is true;
        }
    }

    [Fact]
    public async Task A_clone_and_an_export_know_every_table()
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("docs");
        string[] copied =
        [
            "chunk",
            "collection",
            "collection_name",
            "document",
            "document_key",
            "document_lexeme",
            "embedding_1",
            "embedding_space",
            "embedding_work",
            "lexical_total",
            "posting",
        ];
        string[] left = ["collection_version", "schema_migration", "search_cursor", "search_cursor_block", "task"];

        // A new table of a collection's data belongs into CollectionCloner, and into exports, before it is added here.
        Assert.Equal(
            copied.Concat(left).Order(StringComparer.Ordinal),
            await ReadAsync(
                api,
                "SELECT relname::text FROM pg_class WHERE relkind = 'r' "
                    + "AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'collection'::regclass)"
            )
        );
    }

    [Theory]
    [InlineData("document", "id,collection_id,external_id,title,text,metadata,content_hash,text_hash,updated_at,text_version")]
    [InlineData("document_key", "collection_id,external_id,document_id")]
    [InlineData("chunk", "id,document_id,ordinal,text,hash,vector_hash")]
    [InlineData("document_lexeme", "document_id,text_version,terms,length,positions,analyzer,words")]
    [InlineData("posting", "document_id,collection_id,tf,length,term")]
    [InlineData("embedding_1", "document_id,chunk_id,embedding")]
    public async Task A_clone_copies_every_column(string table, string columns)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartAsync(models);
        await api.CreateAsync("docs");

        // A new column belongs into CollectionCloner, and into exports, before it is added here.
        Assert.Equal(
            columns.Split(',').Order(StringComparer.Ordinal),
            await ReadAsync(
                api,
                $"SELECT attname::text FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped"
            )
        );
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(Api api, string sql)
    {
        await using var source = NpgsqlDataSource.Create(api.Database);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await reader.ReadAsync())
        {
            found.Add(reader.GetString(0));
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }
}
