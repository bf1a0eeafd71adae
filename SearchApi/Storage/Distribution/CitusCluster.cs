using System.Globalization;
using Npgsql;

namespace EmbedPlatform.SearchApi.Storage.Distribution;

/// <summary>
/// A Citus cluster, distributed by document: the rows of one document are on one worker, so that BM25 and HNSW scans run on all workers
/// in parallel. The queue, tasks, cursors, totals and versions stay on the coordinator.
/// </summary>
/// <param name="shards">The number of shards of each distributed table.</param>
internal sealed class CitusCluster(int shards) : IDistribution
{
    private const string HasExtension = "SELECT extversion FROM pg_extension WHERE extname = 'citus'";

    private const string IsDistributed =
        "SELECT logicalrelid::text FROM pg_catalog.pg_dist_partition WHERE logicalrelid = 'document'::regclass";

    // Citus distributes a table without foreign keys, and accepts those between distributed tables afterwards.
    private const string ForeignKeys = """
        SELECT format('%s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1
        """;

    private const string DropForeignKeys = """
        SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
        FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1
        """;

    private const string Vectors = "SELECT format('embedding_%s', id) FROM embedding_space ORDER BY id";

    /// <inheritdoc/>
    public bool CommitsOnSeveralServers => true;

    // Workers cannot lock the rows of a SELECT over several shards. An update locks them, though not in order: a deadlock is retried.
    /// <inheritdoc/>
    public string LockDocuments =>
        """
            UPDATE document_key SET document_id = document_id WHERE collection_id = $1 AND external_id = ANY($2)
            RETURNING external_id, document_id
            """;

    // Citus has no recursive queries over distributed tables, so every posting of the range is read.
    /// <inheritdoc/>
    public string ExpandPrefixes { get; } =
        FormattableString.Invariant(
            $"""
            WITH wanted AS (
                SELECT w.n, w.beginning COLLATE "C" AS beginning FROM unnest($2::integer[], $3::text[]) AS w(n, beginning)
            ), found AS (
                SELECT w.n, p.term, count(*) AS df FROM wanted w
                JOIN posting p ON p.collection_id = $1 AND p.term >= w.beginning AND p.term < w.beginning || chr(1114111)
                GROUP BY w.n, p.term
            ), counted AS (
                SELECT f.n, f.term, f.df, row_number() OVER (PARTITION BY f.n ORDER BY f.term) AS step FROM found f
            ), kept AS (
                SELECT c.n, c.term, c.df, row_number() OVER (PARTITION BY c.n ORDER BY c.df DESC, c.term) AS place FROM counted c
                WHERE c.step <= {PrefixExpansion.MaxRead}
            )
            SELECT n, term, df FROM kept WHERE place <= {PrefixExpansion.MaxKept} ORDER BY n, place
            """
        );

    /// <inheritdoc/>
    public async Task DistributeAsync(IStatements statements, CancellationToken cancellationToken)
    {
        if ((await statements.ReadAsync(HasExtension, cancellationToken)).Count == 0)
        {
            throw new SchemaMismatchException("Storage:Distributed is citus, but the database does not have the citus extension");
        }

        if ((await statements.ReadAsync(IsDistributed, cancellationToken)).Count > 0)
        {
            return;
        }

        var foreignKeys = await statements.ReadAsync(ForeignKeys, cancellationToken);
        string[] distribution =
        [
            .. await statements.ReadAsync(DropForeignKeys, cancellationToken),
            "SELECT create_reference_table('collection')",
            "SELECT create_reference_table('embedding_space')",
            Distribute("document_key", "external_id"),
            Distribute("document", "id"),
            .. ((string[])["chunk", "document_lexeme", "posting"]).Select(Colocate),
            .. (await statements.ReadAsync(Vectors, cancellationToken)).Select(Colocate),
            .. foreignKeys.Select(key => $"ALTER TABLE {key}"),
        ];
        foreach (var statement in distribution)
        {
            await statements.ExecuteAsync(statement, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> AfterCreate(string vectorTable) => [Colocate(vectorTable)];

    // Deleting from a reference table cascades to all shards, which must happen on one connection per worker.
    /// <inheritdoc/>
    public IReadOnlyList<string> BeforeDeleteCollection => ["SET LOCAL citus.multi_shard_modify_mode = 'sequential'"];

    /// <inheritdoc/>
    public string RelationSize(string relation) => $"citus_relation_size({relation})";

    /// <inheritdoc/>
    public string TotalRelationSize(string table) => $"citus_total_relation_size({table})";

    // set_config does not reach the workers; SET LOCAL in a transaction does.
    /// <inheritdoc/>
    public void AddSettings(NpgsqlBatch batch, params IReadOnlyList<StatementSetting> settings)
    {
        batch.Add("BEGIN");
        batch.Add("SET LOCAL citus.propagate_set_commands = 'local'");
        foreach (var setting in settings)
        {
            batch.Add($"SET LOCAL {setting.Name} = '{setting.Value}'");
        }

        // The result that the settings of a single server have.
        batch.Add("SELECT 1");
    }

    /// <inheritdoc/>
    public void AddEnd(NpgsqlBatch batch) => batch.Add("COMMIT");

    private string Distribute(string table, string column) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT create_distributed_table('{table}', '{column}', shard_count => {shards}, colocate_with => 'none')"
        );

    private static string Colocate(string table) =>
        $"SELECT create_distributed_table('{table}', 'document_id', colocate_with => 'document')";
}
