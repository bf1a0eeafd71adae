using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;
using Npgsql;

namespace EmbedPlatform.SearchApi.Documents;

/// <summary>
/// Resolves external ids to row ids. A document's key is its lock: writers take the keys in id order before any other row, then the row in
/// the embedding queue, then chunks and vectors.
/// </summary>
internal sealed class DocumentKeys(IDistribution distribution)
{
    // The update changes nothing; it locks and returns the rows that exist.
    private const string Claim = """
        INSERT INTO document_key AS k (collection_id, external_id, document_id)
        SELECT $1, u.id, nextval('document_id') FROM unnest($2::text[]) AS u(id) ORDER BY u.id COLLATE "C"
        ON CONFLICT (collection_id, external_id) DO UPDATE SET document_id = k.document_id
        RETURNING k.external_id, k.document_id
        """;

    private const string NextIds = "SELECT nextval('document_id') FROM generate_series(1, $1)";

    private const string ClaimWithIds = """
        INSERT INTO document_key AS k (collection_id, external_id, document_id)
        SELECT $1, u.id, u.row FROM unnest($2::text[], $3::bigint[]) AS u(id, row) ORDER BY u.id COLLATE "C"
        ON CONFLICT (collection_id, external_id) DO UPDATE SET document_id = k.document_id
        RETURNING k.external_id, k.document_id
        """;

    private const string NextTextVersion = "SELECT nextval('text_version')";

    private const string Remove = "DELETE FROM document_key WHERE collection_id = $1 AND external_id = ANY($2)";

    /// <summary>Locks the documents that exist until the end of the transaction; returns their row ids.</summary>
    public async Task<Dictionary<string, long>> LockAsync(
        NpgsqlConnection connection,
        CollectionRecord collection,
        string[] ids,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.Command(distribution.LockDocuments, collection.Id, ids);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>
    /// Locks documents until the end of the transaction, with new row ids for those that do not exist; returns the row ids, and a version
    /// for the texts that the transaction writes.
    /// </summary>
    public static async Task<(Dictionary<string, long> Rows, long TextVersion)> ClaimAsync(
        NpgsqlConnection connection,
        CollectionRecord collection,
        string[] ids,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(NextTextVersion);
        batch.Add(Claim, collection.Id, ids);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var version = reader.GetInt64(0);
        await reader.NextResultAsync(cancellationToken);
        return (await ReadAsync(reader, cancellationToken), version);
    }

    /// <summary>Like <see cref="ClaimAsync"/>, with new row ids in the order of the documents.</summary>
    public static async Task<(Dictionary<string, long> Rows, long TextVersion)> ClaimInOrderAsync(
        NpgsqlConnection connection,
        CollectionRecord collection,
        string[] ids,
        CancellationToken cancellationToken
    )
    {
        var (rows, version) = (new List<long>(ids.Length), 0L);
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.Add(NextTextVersion);
            batch.Add(NextIds, ids.Length);
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            version = reader.GetInt64(0);
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(reader.GetInt64(0));
            }
        }

        await using var claim = connection.Command(ClaimWithIds, collection.Id, ids, rows.ToArray());
        return (await ReadAsync(claim, cancellationToken), version);
    }

    /// <summary>Adds the statement that removes the keys of deleted documents.</summary>
    public static void AddRemove(NpgsqlBatch batch, CollectionRecord collection, string[] ids) => batch.Add(Remove, collection.Id, ids);

    private static async Task<Dictionary<string, long>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    private static async Task<Dictionary<string, long>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows[reader.GetString(0)] = reader.GetInt64(1);
        }

        return rows;
    }
}
