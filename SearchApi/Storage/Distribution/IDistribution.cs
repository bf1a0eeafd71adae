using Npgsql;

namespace EmbedPlatform.SearchApi.Storage.Distribution;

/// <summary>A configuration parameter for the following statements of a batch.</summary>
internal sealed record StatementSetting(string Name, string Value)
{
    /// <summary>
    /// Plans a statement for its actual parameters: for filters, whose generic plan underestimates the number of documents, and for
    /// vector index scans, whose plan fits only one limit.
    /// </summary>
    public static StatementSetting ForceCustomPlan { get; } = new("plan_cache_mode", "force_custom_plan");
}

/// <summary>The differences between one PostgreSQL server and a cluster of them.</summary>
internal interface IDistribution
{
    /// <summary>
    /// Whether a commit becomes visible on one server before another, so that a version that was raised within it can be read with older
    /// data.
    /// </summary>
    bool CommitsOnSeveralServers { get; }

    /// <summary>
    /// Locks documents of a collection ($1) by their external ids ($2) until the end of the transaction; returns external and row ids.
    /// </summary>
    string LockDocuments { get; }

    /// <summary>
    /// The terms of a collection ($1) that begin with one of the strings ($3) of a prefix ($2), with their document frequency.
    /// </summary>
    string ExpandPrefixes { get; }

    /// <summary>Distributes the tables of a migrated schema, unless they are distributed already.</summary>
    /// <exception cref="SchemaMismatchException">The database's tables do not match the option.</exception>
    Task DistributeAsync(IStatements statements, CancellationToken cancellationToken);

    /// <summary>The statements that follow the creation of a vector table, in its transaction.</summary>
    IReadOnlyList<string> AfterCreate(string vectorTable);

    /// <summary>The statements that precede the deletion of a collection, in its transaction.</summary>
    IReadOnlyList<string> BeforeDeleteCollection { get; }

    /// <summary>The size of a relation in bytes, as SQL.</summary>
    /// <param name="relation">An expression of type regclass.</param>
    string RelationSize(string relation);

    /// <summary>The size of a table with its indexes in bytes, as SQL.</summary>
    /// <param name="table">An expression of type regclass.</param>
    string TotalRelationSize(string table);

    /// <summary>Adds settings for the statements up to <see cref="AddEnd"/>. The batch has one result more.</summary>
    void AddSettings(NpgsqlBatch batch, params IReadOnlyList<StatementSetting> settings);

    /// <summary>Ends the scope of <see cref="AddSettings"/>.</summary>
    void AddEnd(NpgsqlBatch batch);
}

/// <summary>Executes statements in a transaction.</summary>
internal interface IStatements
{
    Task ExecuteAsync(string sql, CancellationToken cancellationToken);

    Task<IReadOnlyList<string>> ReadAsync(string sql, CancellationToken cancellationToken);
}
