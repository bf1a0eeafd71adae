using Npgsql;

namespace EmbedPlatform.SearchApi.Storage.Distribution;

/// <summary>One PostgreSQL server. Its standbys hold the same tables.</summary>
internal sealed class SingleServer : IDistribution
{
    private const string HasCitus = "SELECT extversion FROM pg_extension WHERE extname = 'citus'";

    private const string IsDistributed =
        "SELECT logicalrelid::text FROM pg_catalog.pg_dist_partition WHERE logicalrelid = 'document'::regclass";

    /// <inheritdoc/>
    public bool CommitsOnSeveralServers => false;

    // In id order, as upserts lock them: concurrent writers of the same documents wait instead of deadlocking.
    /// <inheritdoc/>
    public string LockDocuments =>
        """
            SELECT external_id, document_id FROM document_key WHERE collection_id = $1 AND external_id = ANY($2)
            ORDER BY external_id COLLATE "C" FOR UPDATE
            """;

    // A loose index scan jumps from term to term: a prefix of a thousand terms costs a thousand lookups, however many postings they have.
    /// <inheritdoc/>
    public string ExpandPrefixes { get; } =
        FormattableString.Invariant(
            $"""
            WITH RECURSIVE wanted AS (
                SELECT w.n, w.beginning COLLATE "C" AS beginning FROM unnest($2::integer[], $3::text[]) AS w(n, beginning)
            ), walk(n, beginning, term, step) AS (
                SELECT w.n, w.beginning, (
                    SELECT p.term FROM posting p
                    WHERE p.collection_id = $1 AND p.term >= w.beginning AND p.term < w.beginning || chr(1114111)
                    ORDER BY p.term LIMIT 1), 1
                FROM wanted w
                UNION ALL
                SELECT k.n, k.beginning, (
                    SELECT p.term FROM posting p
                    WHERE p.collection_id = $1 AND p.term > k.term AND p.term < k.beginning || chr(1114111)
                    ORDER BY p.term LIMIT 1), k.step + 1
                FROM walk k WHERE k.term IS NOT NULL AND k.step < {PrefixExpansion.MaxRead}
            ), counted AS MATERIALIZED (
                SELECT k.n, k.term, (SELECT count(*) FROM posting p WHERE p.collection_id = $1 AND p.term = k.term) AS df
                FROM walk k WHERE k.term IS NOT NULL
            ), kept AS (
                SELECT c.n, c.term, c.df, row_number() OVER (PARTITION BY c.n ORDER BY c.df DESC, c.term) AS place FROM counted c
            )
            SELECT n, term, df FROM kept WHERE place <= {PrefixExpansion.MaxKept} ORDER BY n, place
            """
        );

    /// <inheritdoc/>
    public async Task DistributeAsync(IStatements statements, CancellationToken cancellationToken)
    {
        if (
            (await statements.ReadAsync(HasCitus, cancellationToken)).Count > 0
            && (await statements.ReadAsync(IsDistributed, cancellationToken)).Count > 0
        )
        {
            throw new SchemaMismatchException("the tables are distributed over a Citus cluster, but Storage:Distributed is not citus");
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> AfterCreate(string vectorTable) => [];

    /// <inheritdoc/>
    public IReadOnlyList<string> BeforeDeleteCollection => [];

    /// <inheritdoc/>
    public string RelationSize(string relation) => $"pg_relation_size({relation})";

    /// <inheritdoc/>
    public string TotalRelationSize(string table) => $"pg_total_relation_size({table})";

    /// <inheritdoc/>
    public void AddSettings(NpgsqlBatch batch, params IReadOnlyList<StatementSetting> settings) =>
        batch.Add(
            $"SELECT {string.Join(", ", settings.Select((_, i) => $"set_config(${(2 * i) + 1}, ${(2 * i) + 2}, true)"))}",
            [.. settings.SelectMany(setting => (object[])[setting.Name, setting.Value])]
        );

    /// <inheritdoc/>
    public void AddEnd(NpgsqlBatch batch) { }
}
