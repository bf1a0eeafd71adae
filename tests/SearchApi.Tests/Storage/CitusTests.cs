using System.Text.RegularExpressions;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;
using EmbedPlatform.TestKit;
using Npgsql;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Storage;

/// <summary>
/// Without a Citus cluster the statements are recorded, and those that Citus refuses are forbidden. With the connection string of one in
/// EMBEDPLATFORM_CITUS all tests of this project run on it.
/// </summary>
public sealed partial class CitusTests(Platform platform)
{
    private static readonly string[] _distributed = ["document", "document_key", "chunk", "posting", "document_lexeme"];

    [Fact]
    public async Task A_document_is_stored_and_found_on_a_cluster()
    {
        if (TestDatabase.Cluster is null)
        {
            Assert.Skip($"{TestDatabase.Variable} does not name a Citus cluster; the tests of this project run on a server of their own");
        }

        await using var models = await ModelServer.StartAsync();
        await using var api = await platform.StartWithDocumentsAsync(models);

        Assert.Equal("d0", (await api.SearchAsync("c", new { query = "alpha beta", rerank = "never" })).Results[0].Id);
        await using var source = NpgsqlDataSource.Create(api.Database);
        await using var command = source.CreateCommand(
            "SELECT count(*) FROM pg_dist_partition "
                + "WHERE logicalrelid::text IN ('document', 'document_key', 'chunk', 'posting', 'embedding_1')"
        );
        Assert.Equal(5L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Tables_are_distributed_by_document_without_foreign_keys_which_return_afterwards()
    {
        var recorded = new RecordedStatements();

        await new CitusCluster(shards: 48).DistributeAsync(recorded, TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                "ALTER TABLE chunk DROP CONSTRAINT chunk_document_id_fkey",
                "ALTER TABLE document DROP CONSTRAINT document_collection_id_fkey",
                "SELECT create_reference_table('collection')",
                "SELECT create_reference_table('embedding_space')",
                "SELECT create_distributed_table('document_key', 'external_id', shard_count => 48, colocate_with => 'none')",
                "SELECT create_distributed_table('document', 'id', shard_count => 48, colocate_with => 'none')",
                "SELECT create_distributed_table('chunk', 'document_id', colocate_with => 'document')",
                "SELECT create_distributed_table('document_lexeme', 'document_id', colocate_with => 'document')",
                "SELECT create_distributed_table('posting', 'document_id', colocate_with => 'document')",
                "SELECT create_distributed_table('embedding_7', 'document_id', colocate_with => 'document')",
                "ALTER TABLE chunk ADD CONSTRAINT chunk_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id) "
                    + "ON DELETE CASCADE",
                "ALTER TABLE document ADD CONSTRAINT document_collection_id_fkey FOREIGN KEY (collection_id) REFERENCES collection(id) "
                    + "ON DELETE CASCADE",
            ],
            recorded.Executed
        );
    }

    [Fact]
    public async Task Distributed_tables_are_left_as_they_are()
    {
        var recorded = new RecordedStatements { IsDistributed = true };

        await new CitusCluster(shards: 48).DistributeAsync(recorded, TestContext.Current.CancellationToken);

        Assert.Empty(recorded.Executed);
    }

    [Fact]
    public async Task A_database_without_the_extension_is_refused()
    {
        var refused = await Assert.ThrowsAsync<SchemaMismatchException>(() =>
            new CitusCluster(shards: 48).DistributeAsync(
                new RecordedStatements { HasExtension = false },
                TestContext.Current.CancellationToken
            )
        );

        Assert.Equal("Storage:Distributed is citus, but the database does not have the citus extension", refused.Message);
    }

    [Fact]
    public async Task Distributed_tables_are_refused_without_the_option()
    {
        var refused = await Assert.ThrowsAsync<SchemaMismatchException>(() =>
            new SingleServer().DistributeAsync(new RecordedStatements { IsDistributed = true }, TestContext.Current.CancellationToken)
        );

        Assert.Equal("the tables are distributed over a Citus cluster, but Storage:Distributed is not citus", refused.Message);
    }

    [Fact]
    public void Settings_reach_the_workers_in_a_transaction_around_the_statement()
    {
        var cluster = new CitusCluster(shards: 48);
        using var batch = new NpgsqlBatch();

        cluster.AddSettings(batch, StatementSetting.ForceCustomPlan, new StatementSetting("hnsw.ef_search", "100"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT 2"));
        cluster.AddEnd(batch);

        Assert.Equal(
            [
                "BEGIN",
                "SET LOCAL citus.propagate_set_commands = 'local'",
                "SET LOCAL plan_cache_mode = 'force_custom_plan'",
                "SET LOCAL hnsw.ef_search = '100'",
                "SELECT 1",
                "SELECT 2",
                "COMMIT",
            ],
            batch.BatchCommands.Cast<NpgsqlBatchCommand>().Select(command => command.CommandText)
        );
    }

    [Fact]
    public void A_vector_table_is_colocated_and_a_collection_is_deleted_in_sequence()
    {
        var cluster = new CitusCluster(shards: 48);

        Assert.Equal(
            ["SELECT create_distributed_table('embedding_3', 'document_id', colocate_with => 'document')"],
            cluster.AfterCreate("embedding_3")
        );
        Assert.Equal(["SET LOCAL citus.multi_shard_modify_mode = 'sequential'"], cluster.BeforeDeleteCollection);
        Assert.True(cluster.CommitsOnSeveralServers);
    }

    [Fact]
    public void No_statement_of_both_kinds_of_storage_is_one_that_Citus_refuses()
    {
        var statements = Statements().ToList();
        Assert.True(statements.Count > 60, $"only {statements.Count} statements were found");

        Assert.Empty(
            statements.SelectMany(statement =>
                Refused(statement.Sql).Select(reason => $"{statement.File}: {reason}: {Spaces().Replace(statement.Sql, " ")}")
            )
        );
    }

    [Theory]
    [InlineData("CREATE TRIGGER t AFTER INSERT ON document EXECUTE FUNCTION f()", "trigger")]
    [InlineData("SELECT id FROM document WHERE id = ANY($1) FOR NO KEY UPDATE", "row locks")]
    [InlineData("WITH RECURSIVE w AS (SELECT p.term FROM posting p) SELECT * FROM w", "recursive")]
    [InlineData("SELECT 1 FROM unnest($1) AS w(id) CROSS JOIN LATERAL (SELECT tf FROM posting LIMIT 1) p", "LIMIT in LATERAL")]
    [InlineData("INSERT INTO document AS d VALUES ($1) ON CONFLICT (id) DO UPDATE SET updated_at = now()", "function in DO UPDATE")]
    [InlineData("INSERT INTO chunk VALUES ($1) RETURNING id, (SELECT 1)", "subquery in RETURNING")]
    public void A_statement_that_Citus_refuses_is_recognised(string sql, string reason) => Assert.Contains(reason, Refused(sql));

    /// <summary>What Citus refuses in a statement, as tried on Citus 13.2.</summary>
    private static IEnumerable<string> Refused(string sql)
    {
        var touched = _distributed.Where(table => Regex.IsMatch(sql, $@"\b(FROM|JOIN|INTO|UPDATE|ON)\s+{table}\b")).ToList();
        if (sql.Contains("CREATE TRIGGER", StringComparison.Ordinal))
        {
            yield return "trigger";
        }

        if (touched.Count == 0)
        {
            yield break;
        }

        if (RowLock().IsMatch(sql))
        {
            yield return "row locks";
        }

        if (sql.Contains("WITH RECURSIVE", StringComparison.Ordinal))
        {
            yield return "recursive";
        }

        if (LateralLimit().IsMatch(sql))
        {
            yield return "LIMIT in LATERAL";
        }

        if (FunctionInUpdate().IsMatch(sql) && touched.Any(table => Regex.IsMatch(sql, $@"INSERT INTO {table}\b")))
        {
            yield return "function in DO UPDATE";
        }

        if (SubqueryInReturning().IsMatch(sql))
        {
            yield return "subquery in RETURNING";
        }
    }

    /// <summary>The SQL in the service's sources, but for the statements of a single server.</summary>
    private static IEnumerable<(string File, string Sql)> Statements() =>
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "SearchApi"), "*.cs", SearchOption.AllDirectories)
        where !file.Contains("/obj/", StringComparison.Ordinal) && !file.EndsWith($"{nameof(SingleServer)}.cs", StringComparison.Ordinal)
        from Match text in Literal().Matches(File.ReadAllText(file))
        let sql = text.Groups["raw"].Success ? text.Groups["raw"].Value : text.Groups["line"].Value
        where Verb().IsMatch(sql)
        select (Path.GetFileName(file), sql);

    [GeneratedRegex(
        """""
            "{3}(?<raw>.*?)"{3}|"(?<line>(?:\\.|[^"\\\n])*)"
            """"",
        RegexOptions.Singleline
    )]
    private static partial Regex Literal();

    [GeneratedRegex(@"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|DROP)\b")]
    private static partial Regex Verb();

    [GeneratedRegex(@"\bFOR (NO KEY )?UPDATE\b")]
    private static partial Regex RowLock();

    [GeneratedRegex(@"LATERAL\s*\([^)]*\bLIMIT\b")]
    private static partial Regex LateralLimit();

    [GeneratedRegex(@"DO UPDATE SET[^;]*\b(nextval|now)\(")]
    private static partial Regex FunctionInUpdate();

    [GeneratedRegex(@"RETURNING[^)]*(\(\s*SELECT|\bEXISTS)\b")]
    private static partial Regex SubqueryInReturning();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    private sealed class RecordedStatements : IStatements
    {
        public bool HasExtension { get; init; } = true;

        public bool IsDistributed { get; init; }

        public List<string> Executed { get; } = [];

        public Task ExecuteAsync(string sql, CancellationToken cancellationToken)
        {
            Executed.Add(sql);
            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<string>> ReadAsync(string sql, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>>(
                sql switch
                {
                    _ when sql.Contains("pg_extension", StringComparison.Ordinal) => HasExtension ? ["13.2-1"] : [],
                    _ when sql.Contains("pg_dist_partition", StringComparison.Ordinal) => IsDistributed ? ["document"] : [],
                    _ when sql.Contains("DROP CONSTRAINT", StringComparison.Ordinal) =>
                    [
                        "ALTER TABLE chunk DROP CONSTRAINT chunk_document_id_fkey",
                        "ALTER TABLE document DROP CONSTRAINT document_collection_id_fkey",
                    ],
                    _ when sql.Contains("ADD CONSTRAINT", StringComparison.Ordinal) =>
                    [
                        "chunk ADD CONSTRAINT chunk_document_id_fkey FOREIGN KEY (document_id) REFERENCES document(id) ON DELETE CASCADE",
                        "document ADD CONSTRAINT document_collection_id_fkey FOREIGN KEY (collection_id) REFERENCES collection(id) "
                            + "ON DELETE CASCADE",
                    ],
                    _ when sql.Contains("embedding_space", StringComparison.Ordinal) => ["embedding_7"],
                    _ => throw new ArgumentOutOfRangeException(nameof(sql), sql, "is not expected"),
                }
            );
    }
}
