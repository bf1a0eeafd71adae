using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>The embedded chunks of documents; each can be reused at most once.</summary>
internal sealed class EmbeddedChunks
{
    private readonly Dictionary<(long Document, string Hash), Queue<long>> _chunks = [];

    public void Add(long document, byte[] hash, long chunk)
    {
        var key = (document, Convert.ToHexString(hash));
        if (!_chunks.TryGetValue(key, out var rows))
        {
            _chunks[key] = rows = new Queue<long>();
        }

        rows.Enqueue(chunk);
    }

    /// <summary>Takes a document's chunk with the same embedded text; null if none is left.</summary>
    public long? Take(long document, byte[] hash) =>
        _chunks.TryGetValue((document, Convert.ToHexString(hash)), out var rows) && rows.TryDequeue(out var chunk) ? chunk : null;
}

internal sealed class EmbeddedChunkStore(NpgsqlDataSource database)
{
    private static string Load(EmbeddingSpace space) =>
        $"""
            SELECT c.document_id, c.hash, c.id
            FROM chunk c JOIN {space.Table} v ON v.document_id = c.document_id AND v.chunk_id = c.id
            WHERE c.document_id = ANY($1) ORDER BY c.document_id, c.ordinal
            """;

    public async Task<EmbeddedChunks> LoadAsync(EmbeddingSpace space, long[] documents, CancellationToken cancellationToken)
    {
        var chunks = new EmbeddedChunks();
        await using var command = database.Command(Load(space), documents);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            chunks.Add(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetInt64(2));
        }

        return chunks;
    }
}
