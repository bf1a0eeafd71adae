using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>Writes chunks and vectors and removes the pending work, in one transaction.</summary>
internal sealed class EmbeddingWriter(NpgsqlDataSource database, IngestionMetrics metrics)
{
    // Only documents still under this lease with the text that was embedded; same lock order as in upserts.
    private const string LockHeld = """
        SELECT d.id
        FROM unnest($1::bigint[], $2::bigint[]) AS taken(id, version)
        JOIN document d ON d.id = taken.id AND d.text_version = taken.version
        JOIN embedding_work w ON w.document_id = d.id AND w.lease = $3
        ORDER BY d.external_id COLLATE "C"
        FOR NO KEY UPDATE OF d
        """;

    private const string RemoveChunks = """
        DELETE FROM chunk c WHERE c.document_id = ANY($1) AND NOT EXISTS (SELECT FROM unnest($2::bigint[]) AS kept(id) WHERE kept.id = c.id)
        """;

    private const string KeepChunks = """
        UPDATE chunk c SET ordinal = kept.ordinal, text = kept.text
        FROM unnest($1::bigint[], $2::integer[], $3::text[]) AS kept(id, ordinal, text)
        WHERE c.id = kept.id AND (c.ordinal <> kept.ordinal OR c.text <> kept.text)
        """;

    private const string InsertChunks = """
        INSERT INTO chunk (document_id, ordinal, text, hash, vector_hash)
        SELECT * FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::bytea[], $5::bigint[])
        RETURNING id, document_id, ordinal
        """;

    private const string Finish = "DELETE FROM embedding_work WHERE lease = $1 AND document_id = ANY($2)";

    private static string RemoveVectors(EmbeddingSpace space) =>
        $"""
            DELETE FROM {space.Table} v
            WHERE v.document_id = ANY($1) AND NOT EXISTS (SELECT FROM unnest($2::bigint[]) AS kept(id) WHERE kept.id = v.chunk_id)
            """;

    /// <summary>
    /// Updates the chunks of documents and keeps those that have their vector. Skips documents that changed or lost their lease; they
    /// are pending again.
    /// </summary>
    /// <returns>The number of documents written.</returns>
    public async Task<int> WriteAsync(
        Guid token,
        EmbeddingSpace space,
        IReadOnlyList<WorkItem> items,
        IReadOnlyList<EmbeddedDocument> documents,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var held = await LockAsync(connection, token, items, cancellationToken);
        if (held.Count == 0)
        {
            return 0;
        }

        var ids = held.ToArray();
        var rows = items
            .Zip(documents)
            .Where(pair => held.Contains(pair.First.DocumentId))
            .SelectMany(pair => pair.Second.Chunks.Select((chunk, ordinal) => new Row(pair.First.DocumentId, ordinal, chunk)))
            .ToLookup(row => row.Chunk.Known is not null);
        var (kept, made) = (rows[true].ToList(), rows[false].ToList());
        await KeepAsync(connection, space, ids, kept, cancellationToken);
        await InsertAsync(connection, space, made, cancellationToken);
        await connection.ExecuteAsync(Finish, cancellationToken, token, ids);
        await transaction.CommitAsync(cancellationToken);
        metrics.Written(ids.Length, made.Count, kept.Count);
        return ids.Length;
    }

    private static async Task<HashSet<long>> LockAsync(
        NpgsqlConnection connection,
        Guid token,
        IReadOnlyList<WorkItem> items,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.Command(
            LockHeld,
            items.Select(i => i.DocumentId).ToArray(),
            items.Select(i => i.TextVersion).ToArray(),
            token
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var held = new HashSet<long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            held.Add(reader.GetInt64(0));
        }

        return held;
    }

    private static async Task KeepAsync(
        NpgsqlConnection connection,
        EmbeddingSpace space,
        long[] documents,
        List<Row> kept,
        CancellationToken cancellationToken
    )
    {
        var chunks = kept.Select(row => row.Chunk.Known!.Value).ToArray();
        await connection.ExecuteAsync(RemoveVectors(space), cancellationToken, documents, chunks);
        await connection.ExecuteAsync(RemoveChunks, cancellationToken, documents, chunks);
        if (kept.Count > 0)
        {
            await connection.ExecuteAsync(
                KeepChunks,
                cancellationToken,
                chunks,
                kept.Select(row => row.Ordinal).ToArray(),
                kept.Select(row => row.Chunk.Text).ToArray()
            );
        }
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection,
        EmbeddingSpace space,
        List<Row> rows,
        CancellationToken cancellationToken
    )
    {
        if (rows.Count == 0)
        {
            return;
        }

        var ids = new Dictionary<(long, int), long>(rows.Count);
        await using (
            var insert = connection.Command(
                InsertChunks,
                rows.Select(row => row.DocumentId).ToArray(),
                rows.Select(row => row.Ordinal).ToArray(),
                rows.Select(row => row.Chunk.Text).ToArray(),
                rows.Select(row => row.Chunk.Hash).ToArray(),
                rows.Select(row => VectorValidator.Hash(row.Chunk.Vector)).ToArray()
            )
        )
        await using (var reader = await insert.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                ids[(reader.GetInt64(1), reader.GetInt32(2))] = reader.GetInt64(0);
            }
        }

        await VectorBulkWriter.WriteAsync(
            connection,
            space,
            rows.Select(row => new StoredVector(ids[(row.DocumentId, row.Ordinal)], row.DocumentId, row.Chunk.Vector!)),
            cancellationToken
        );
    }

    private sealed record Row(long DocumentId, int Ordinal, EmbeddedChunk Chunk);
}
