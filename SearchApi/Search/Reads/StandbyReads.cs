using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Reads;

/// <summary>
/// Runs statements on a standby. The version of the collection comes first in the batch: a standby that has not replayed the version that
/// the search read from the primary could miss acknowledged writes.
/// </summary>
internal sealed class StandbyReads(NpgsqlDataSource standbys, StandbyHealth health)
{
    private const string IsNewEnough = "SELECT coalesce(sum(version), 0) >= $2 FROM collection_version WHERE collection_id = $1";

    // An unreachable standby must not delay a search that the primary can answer.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The result, or false if the primary has to answer.</summary>
    public async Task<(bool IsAnswered, T Result)> TryReadAsync<T>(
        CollectionRecord collection,
        Action<NpgsqlBatch> fill,
        Func<NpgsqlDataReader, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        if (!health.MayRead(collection))
        {
            return default;
        }

        try
        {
            await using var connection = await ConnectAsync(cancellationToken);
            await using var batch = connection.CreateBatch();
            batch.Add(IsNewEnough, collection.Id, collection.Version);
            fill(batch);
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            if (!reader.GetBoolean(0))
            {
                health.MarkStale(collection);
                return default;
            }

            await reader.NextResultAsync(cancellationToken);
            var result = await read(reader, cancellationToken);
            health.MarkGood();
            return (true, result);
        }
        catch (PostgresException behind) when (IsSchemaBehind(behind))
        {
            health.MarkStale(collection);
            return default;
        }
        catch (Exception failure) when (IsFailure(failure) && !cancellationToken.IsCancellationRequested)
        {
            health.MarkFailed(failure, hostWorks: failure is PostgresException server && !IsHostFailure(server));
            return default;
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ConnectTimeout);
        return await standbys.OpenConnectionAsync(timeout.Token);
    }

    // The tables of a new collection or of a migration have not arrived, which changes no version.
    private static bool IsSchemaBehind(PostgresException failure) =>
        failure.SqlState
            is PostgresErrorCodes.UndefinedTable
                or PostgresErrorCodes.UndefinedColumn
                or PostgresErrorCodes.UndefinedFunction
                or PostgresErrorCodes.InvalidSchemaName;

    // Shutting down, starting or out of resources, as opposed to rejecting a statement.
    private static bool IsHostFailure(PostgresException failure) =>
        failure.SqlState.StartsWith("57P", StringComparison.Ordinal) || failure.SqlState.StartsWith("53", StringComparison.Ordinal);

    // Beside lost connections and conflicts with replay (40001), whatever else fails on a standby may work on the primary; a statement that
    // is wrong fails there too. A statement that took too long would only take as long again.
    private static bool IsFailure(Exception failure) =>
        failure switch
        {
            PostgresException server => server.SqlState != PostgresErrorCodes.QueryCanceled,
            NpgsqlException or TimeoutException or OperationCanceledException => true,
            _ => false,
        };
}
