using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage.Distribution;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Reads;

/// <summary>
/// Runs the statements of searches: on a standby if there is one whose data is not older than the search's collection, else on the
/// primary. Statements that write, lock or read unlogged tables need the primary and do not belong here.
/// </summary>
/// <param name="standbys">Null for a single host.</param>
internal sealed class SearchReads(NpgsqlDataSource primary, IDistribution distribution, StandbyReads? standbys = null)
{
    /// <summary>Runs a batch of statements and reads its results.</summary>
    /// <param name="collection">The collection as it was read from the primary at the beginning of the search.</param>
    /// <param name="fill">Adds the statements.</param>
    /// <param name="read">Reads the results from the first one on; called again if a standby fails.</param>
    public Task<T> ReadAsync<T>(
        CollectionRecord collection,
        Action<NpgsqlBatch> fill,
        Func<NpgsqlDataReader, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken
    ) => ReadAsync(collection, [], fill, read, cancellationToken);

    /// <summary>Runs a batch of statements under settings and reads its results.</summary>
    /// <param name="collection">The collection as it was read from the primary at the beginning of the search.</param>
    /// <param name="settings">The settings of all statements.</param>
    /// <param name="fill">Adds the statements.</param>
    /// <param name="read">Reads the results from the first one on; called again if a standby fails.</param>
    public async Task<T> ReadAsync<T>(
        CollectionRecord collection,
        IReadOnlyList<StatementSetting> settings,
        Action<NpgsqlBatch> fill,
        Func<NpgsqlDataReader, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        if (standbys is not null && await standbys.TryReadAsync(collection, Fill, Read, cancellationToken) is (true, var result))
        {
            return result;
        }

        await using var batch = primary.CreateBatch();
        Fill(batch);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await Read(reader, cancellationToken);

        void Fill(NpgsqlBatch batch)
        {
            if (settings.Count == 0)
            {
                fill(batch);
                return;
            }

            distribution.AddSettings(batch, settings);
            fill(batch);
            distribution.AddEnd(batch);
        }

        async Task<T> Read(NpgsqlDataReader reader, CancellationToken token)
        {
            if (settings.Count > 0)
            {
                await reader.NextResultAsync(token);
            }

            return await read(reader, token);
        }
    }
}
