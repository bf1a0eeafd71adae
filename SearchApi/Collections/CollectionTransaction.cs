using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;
using Npgsql;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>
/// Runs the transactions that change what a search of a collection returns, and raises the collection's version with them. Results are
/// cached under the version, so none outlives an acknowledged write. The version is the sum over its shards: concurrent writers rarely
/// wait for one row.
/// </summary>
internal sealed class CollectionTransaction(NpgsqlDataSource database, IDistribution distribution)
{
    private const int MaxAttempts = 4;

    // The collection itself may be gone.
    private const string RaiseVersion = """
        INSERT INTO collection_version AS known (collection_id, shard, version)
        SELECT c.id, pg_backend_pid() % 16, 1 FROM collection c WHERE c.id = $1
        ON CONFLICT (collection_id, shard) DO UPDATE SET version = known.version + 1
        """;

    /// <summary>Runs and commits a transaction; again if it lost a deadlock or could not be serialised.</summary>
    /// <param name="write">
    /// The statements, the result and whether a search can see a change; null if there is nothing to commit. Runs once per attempt.
    /// </param>
    /// <returns>The result; the default value if there was nothing to commit.</returns>
    public async Task<T?> RunAsync<T>(
        long collection,
        Func<NpgsqlConnection, NpgsqlTransaction, Task<(T Result, bool Changed)?>> write,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunOnceAsync(collection, write, cancellationToken);
            }
            catch (PostgresException failure)
                when (attempt < MaxAttempts
                    && failure.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
                )
            {
                await Task.Delay(Random.Shared.Next(5, 50), cancellationToken);
            }
        }
    }

    private async Task<T?> RunOnceAsync<T>(
        long collection,
        Func<NpgsqlConnection, NpgsqlTransaction, Task<(T Result, bool Changed)?>> write,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await write(connection, transaction) is not var (result, changed))
        {
            return default;
        }

        // Last, after all other locks: two writers never wait for each other in a circle.
        if (changed)
        {
            await connection.ExecuteAsync(RaiseVersion, cancellationToken, collection);
        }

        await transaction.CommitAsync(cancellationToken);
        if (changed && distribution.CommitsOnSeveralServers)
        {
            // The version was visible before the rows of other servers; results of that moment are cached under it.
            await connection.ExecuteAsync(RaiseVersion, cancellationToken, collection);
        }

        return result;
    }
}
