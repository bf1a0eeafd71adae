using System.Data;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>
/// A load of vectors that are not in the queue. Until it ends the index of their space is not built, because inserting row by row costs
/// four times as much as the bulk build afterwards. It is an advisory lock, which ends with its process.
/// </summary>
internal sealed class VectorLoad : IAsyncDisposable
{
    /// <summary>The class of the advisory locks; their number is that of the space.</summary>
    public const int LockClass = 0x6c6f6164; // "load"

    private const string Take = "SELECT pg_advisory_lock_shared($1, $2)";

    private const string Give = "SELECT pg_advisory_unlock_shared($1, $2)";

    private readonly NpgsqlConnection _connection;
    private readonly int _space;

    private VectorLoad(NpgsqlConnection connection, int space) => (_connection, _space) = (connection, space);

    public static async Task<VectorLoad> BeginAsync(NpgsqlDataSource database, EmbeddingSpace space, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(Take, cancellationToken, LockClass, (int)space.Id);
            return new VectorLoad(connection, (int)space.Id);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await using (_connection)
        {
            try
            {
                if (_connection.State == ConnectionState.Open)
                {
                    await _connection.ExecuteAsync(Give, CancellationToken.None, LockClass, _space);
                }
            }
            catch (NpgsqlException)
            {
                // A broken connection has lost its locks.
            }
        }
    }
}
