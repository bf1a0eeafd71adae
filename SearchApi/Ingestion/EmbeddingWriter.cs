using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>Writes chunks and vectors and finishes the work, in one transaction.</summary>
internal sealed class EmbeddingWriter(NpgsqlDataSource database)
{
    // Only what is still held and still has the text that was embedded; locked in the order in which upserts lock.
    private const string LockHeld = """
        SELECT d.id
        FROM unnest($1::bigint[], $2::bigint[]) AS taken(id, version)
        JOIN document d ON d.id = taken.id AND d.text_version = taken.version
        JOIN embedding_work w ON w.document_id = d.id AND w.lease = $3
        ORDER BY d.external_id COLLATE "C"
        FOR NO KEY UPDATE OF d
        """;

    private const string RemoveChunks = "DELETE FROM chunk WHERE document_id = ANY($1)";

    private const string InsertChunks = """
        INSERT INTO chunk (document_id, ordinal, text, hash)
        SELECT * FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::bytea[])
        RETURNING id, document_id, ordinal
        """;

    private const string Finish = "DELETE FROM embedding_work WHERE lease = $1 AND document_id = ANY($2)";

    private static string RemoveVectors(EmbeddingSpace space) => $"DELETE FROM {space.Table} WHERE document_id = ANY($1)";

    // The vectors arrive as one long array: arrays of arrays of different sizes are not a thing in PostgreSQL.
    private static string InsertVectors(EmbeddingSpace space) => $"""
        INSERT INTO {space.Table} (chunk_id, document_id, embedding)
        SELECT u.chunk_id, u.document_id, (($3::real[])[(u.n - 1) * $4 + 1 : u.n * $4])::halfvec
        FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS u(chunk_id, document_id, n)
        """;

    /// <summary>Replaces the chunks of documents; those that changed or were taken over meanwhile are left to their new work.</summary>
    /// <returns>How many documents were written.</returns>
    public async Task<int> WriteAsync(
        Guid token, EmbeddingSpace space, IReadOnlyList<WorkItem> items, IReadOnlyList<IReadOnlyList<EmbeddedChunk>> chunks,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var held = await LockAsync(connection, token, items, cancellationToken);
        if (held.Count == 0)
        {
            return 0;
        }

        var ids = held.ToArray();
        await connection.ExecuteAsync(RemoveVectors(space), cancellationToken, ids);
        await connection.ExecuteAsync(RemoveChunks, cancellationToken, ids);
        var rows = items.Zip(chunks)
            .Where(pair => held.Contains(pair.First.DocumentId))
            .SelectMany(pair => pair.Second.Select((chunk, ordinal) => new Row(pair.First.DocumentId, ordinal, chunk)))
            .ToList();
        await InsertAsync(connection, space, rows, cancellationToken);
        await connection.ExecuteAsync(Finish, cancellationToken, token, ids);
        await transaction.CommitAsync(cancellationToken);
        return ids.Length;
    }

    private static async Task<HashSet<long>> LockAsync(
        NpgsqlConnection connection, Guid token, IReadOnlyList<WorkItem> items, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            LockHeld, items.Select(i => i.DocumentId).ToArray(), items.Select(i => i.TextVersion).ToArray(), token);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var held = new HashSet<long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            held.Add(reader.GetInt64(0));
        }

        return held;
    }

    private static async Task InsertAsync(NpgsqlConnection connection, EmbeddingSpace space, List<Row> rows, CancellationToken cancellationToken)
    {
        var ids = new Dictionary<(long, int), long>(rows.Count);
        await using (var insert = connection.Command(
            InsertChunks,
            rows.Select(row => row.DocumentId).ToArray(),
            rows.Select(row => row.Ordinal).ToArray(),
            rows.Select(row => row.Chunk.Text).ToArray(),
            rows.Select(row => row.Chunk.Hash).ToArray()))
        await using (var reader = await insert.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                ids[(reader.GetInt64(1), reader.GetInt32(2))] = reader.GetInt64(0);
            }
        }

        await connection.ExecuteAsync(
            InsertVectors(space),
            cancellationToken,
            rows.Select(row => ids[(row.DocumentId, row.Ordinal)]).ToArray(),
            rows.Select(row => row.DocumentId).ToArray(),
            rows.SelectMany(row => row.Chunk.Vector).ToArray(),
            space.Dimension);
    }

    private sealed record Row(long DocumentId, int Ordinal, EmbeddedChunk Chunk);
}
