using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>Writes chunks and vectors and removes the pending work, in one transaction.</summary>
internal sealed class EmbeddingWriter(CollectionTransaction transactions, IngestionMetrics metrics)
{
    // The row in the queue is the lock: whoever changes or deletes the document takes it before the chunks.
    private const string LockHeld = """
        SELECT document_id FROM embedding_work WHERE document_id = ANY($1) AND lease = $2 ORDER BY document_id FOR UPDATE
        """;

    private const string Unchanged = """
        SELECT d.id FROM document d JOIN unnest($1::bigint[], $2::bigint[]) AS taken(id, version)
            ON d.id = taken.id AND d.text_version = taken.version
        """;

    private const string RemoveChunks = """
        DELETE FROM chunk c WHERE c.document_id = ANY($1) AND NOT EXISTS (SELECT FROM unnest($2::bigint[]) AS kept(id) WHERE kept.id = c.id)
        """;

    private const string KeepChunks = """
        UPDATE chunk c SET ordinal = kept.ordinal, text = kept.text
        FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::text[]) AS kept(document_id, id, ordinal, text)
        WHERE c.document_id = kept.document_id AND c.id = kept.id AND (c.ordinal <> kept.ordinal OR c.text <> kept.text)
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
        var (written, made, kept) = await transactions.RunAsync<(int, int, int)>(
            items[0].Collection.Id,
            (connection, transaction) => WriteInAsync(connection, token, space, items, documents, cancellationToken),
            cancellationToken
        );
        if (written > 0)
        {
            metrics.Written(written, made, kept);
        }

        return written;
    }

    /// <summary>Replaces the chunks and vectors of documents within the caller's transaction, which has claimed their keys.</summary>
    public static async Task ReplaceAsync(
        NpgsqlConnection connection,
        EmbeddingSpace space,
        IReadOnlyList<(long DocumentId, IReadOnlyList<EmbeddedChunk> Chunks)> documents,
        CancellationToken cancellationToken
    )
    {
        await KeepAsync(connection, space, [.. documents.Select(document => document.DocumentId)], [], cancellationToken);
        await InsertAsync(
            connection,
            space,
            [.. documents.SelectMany(document => document.Chunks.Select((chunk, i) => new Row(document.DocumentId, i, chunk)))],
            cancellationToken
        );
    }

    private static async Task<((int, int, int), bool)?> WriteInAsync(
        NpgsqlConnection connection,
        Guid token,
        EmbeddingSpace space,
        IReadOnlyList<WorkItem> items,
        IReadOnlyList<EmbeddedDocument> documents,
        CancellationToken cancellationToken
    )
    {
        var held = await LockAsync(connection, token, items, cancellationToken);
        if (held.Count == 0)
        {
            return null;
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
        return ((ids.Length, made.Count, kept.Count), true);
    }

    private static async Task<HashSet<long>> LockAsync(
        NpgsqlConnection connection,
        Guid token,
        IReadOnlyList<WorkItem> items,
        CancellationToken cancellationToken
    )
    {
        var documents = items.Select(i => i.DocumentId).ToArray();
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(LockHeld, documents, token);
        batch.Add(Unchanged, documents, items.Select(i => i.TextVersion).ToArray());
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var leased = await ReadAsync(reader, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        leased.IntersectWith(await ReadAsync(reader, cancellationToken));
        return leased;
    }

    private static async Task<HashSet<long>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new HashSet<long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(reader.GetInt64(0));
        }

        return rows;
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
                kept.Select(row => row.DocumentId).ToArray(),
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
                rows.Select(row => row.Chunk.VectorHash ?? VectorValidator.Hash(row.Chunk.Vector)).ToArray()
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
