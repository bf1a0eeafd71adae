using System.Data;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;
using Microsoft.Extensions.Options;
using Npgsql;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>
/// Builds the HNSW index of a space when its first load is nearly done: one bulk build costs a quarter of inserting row by row. Until
/// then dense search compares every vector, which is exact; later vectors are inserted as they arrive.
/// </summary>
internal sealed class VectorIndex(
    NpgsqlDataSource database,
    IDistribution distribution,
    IOptions<IngestionOptions> options,
    ILogger<VectorIndex> log
)
{
    /// <summary>The load is nearly done at one pending document per this many vectors.</summary>
    private const int NearlyThrough = 50;

    /// <summary>The overhead of a row besides its numbers.</summary>
    private const int RowBytes = 60;

    /// <summary>The advisory lock that allows one build at a time over all replicas.</summary>
    private const long BuildLock = 0x656d_6265_6464_6e67;

    // A table's size is known without reading it, and a statistic would be lost in a crash. Pending documents are counted only up to
    // the threshold.
    private readonly string _findDue = $"""
        SELECT due.id, due.model, due.revision, due.dimension, due.storage, due.m, due.ef_construction
        FROM (
            SELECT s.*,
                {distribution.RelationSize("to_regclass('embedding_' || s.id)")}
                    / (s.dimension * CASE s.storage WHEN 'halfvec' THEN 2 ELSE 4 END + $3) AS vectors
            FROM embedding_space s WHERE NOT s.indexed
        ) due
        WHERE due.vectors >= $2 OR due.vectors >= $1 AND due.vectors / $4 >= (
            SELECT count(*) FROM (
                SELECT FROM embedding_work w
                WHERE w.collection_id = due.collection_id AND w.failed_reason IS NULL LIMIT due.vectors / $4 + 1
            ) waiting) AND NOT EXISTS (
            SELECT FROM pg_locks l
            WHERE l.locktype = 'advisory' AND l.classid = $5 AND l.objid = due.id AND l.objsubid = 2
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        ORDER BY due.id LIMIT 1
        """;

    private const string TakeLock = "SELECT pg_try_advisory_lock($1)";

    private const string GiveLock = "SELECT pg_advisory_unlock($1)";

    private const string IsBuilt = "SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass($1) AND indisvalid)";

    private const string MarkIndexed = "UPDATE embedding_space SET indexed = true WHERE id = $1";

    // Parallel build workers share memory that containers often lack.
    private const string BuildAlone = "SET max_parallel_maintenance_workers = 0";

    private const string BuildAsBefore = "RESET max_parallel_maintenance_workers";

    private static string Drop(EmbeddingSpace space) => $"DROP INDEX CONCURRENTLY IF EXISTS {space.Table}_hnsw";

    private static string Build(EmbeddingSpace space) =>
        FormattableString.Invariant(
            $"""
            CREATE INDEX CONCURRENTLY {space.Table}_hnsw ON {space.Table} USING hnsw (embedding {space.Type}_cosine_ops)
            WITH (m = {space.M}, ef_construction = {space.EfConstruction})
            """
        );

    /// <summary>Builds an index that is due, unless another replica is building.</summary>
    /// <returns>Whether an index was built.</returns>
    public async Task<bool> BuildDueAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await FindDueAsync(connection, cancellationToken) is null)
        {
            return false;
        }

        await using var take = connection.Command(TakeLock, BuildLock);
        if (await take.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return false;
        }

        try
        {
            // Another replica may have built it since the first check.
            if (await FindDueAsync(connection, cancellationToken) is not { } space)
            {
                return false;
            }

            await BuildAsync(connection, space, cancellationToken);
            return true;
        }
        finally
        {
            await using var give = connection.Command(GiveLock, BuildLock);
            await give.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private async Task BuildAsync(NpgsqlConnection connection, EmbeddingSpace space, CancellationToken cancellationToken)
    {
        await using var built = connection.Command(IsBuilt, $"{space.Table}_hnsw");
        if (await built.ExecuteScalarAsync(cancellationToken) is not true)
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            // Concurrently, so that writes continue; an interrupted build leaves an invalid index.
            try
            {
                foreach (var statement in (string[])[BuildAlone, Drop(space), Build(space)])
                {
                    await using var command = connection.Command(statement);
                    command.CommandTimeout = 0;
                    await command.ExecuteNonQueryAsync(cancellationToken);
                }
            }
            finally
            {
                if (connection.State == ConnectionState.Open)
                {
                    await connection.ExecuteAsync(BuildAsBefore, CancellationToken.None);
                }
            }

            log.LogInformation(
                "Indexed the vectors of {Space} in {Elapsed}",
                space.Table,
                System.Diagnostics.Stopwatch.GetElapsedTime(start)
            );
        }

        await connection.ExecuteAsync(MarkIndexed, cancellationToken, space.Id);
    }

    private async Task<EmbeddingSpace?> FindDueAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            _findDue,
            (long)options.Value.IndexThreshold,
            (long)options.Value.EagerIndexThreshold,
            (long)RowBytes,
            (long)NearlyThrough,
            (long)VectorLoad.LockClass
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new EmbeddingSpace(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetString(4))
            {
                M = reader.GetInt32(5),
                EfConstruction = reader.GetInt32(6),
            }
            : null;
    }
}
