using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Searching;

/// <summary>A document's best chunk.</summary>
/// <param name="DocumentId">The document's row.</param>
/// <param name="ChunkId">The chunk's row.</param>
/// <param name="Score">The cosine similarity.</param>
internal readonly record struct DenseHit(long DocumentId, long ChunkId, double Score);

/// <summary>Cosine similarity over a space's vectors.</summary>
internal sealed class DenseSearch(NpgsqlDataSource database)
{
    private const int LargestEfSearch = 1000;

    private const string Settings = """
        SELECT set_config('jit', 'off', true), set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'strict_order', true)
        """;

    private static string Top(EmbeddingSpace space) => $"""
        SELECT document_id, chunk_id, 1 - (embedding <=> $1::real[]::{space.Type})
        FROM {space.Table} ORDER BY embedding <=> $1::real[]::{space.Type} LIMIT $2
        """;

    private static string Among(EmbeddingSpace space) => $"""
        SELECT DISTINCT ON (document_id) document_id, chunk_id, 1 - (embedding <=> $1::real[]::{space.Type}) AS score
        FROM {space.Table} WHERE document_id = ANY($2) ORDER BY document_id, score DESC, chunk_id
        """;

    /// <summary>The documents of the nearest chunks, best first, each with its best chunk.</summary>
    public async Task<IReadOnlyList<DenseHit>> TopAsync(
        EmbeddingSpace space, float[] query, int chunks, int efSearch, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        var width = Math.Min(LargestEfSearch, Math.Max(efSearch, chunks));
        batch.Add(Settings, FormattableString.Invariant($"{width}"));
        batch.Add(Top(space), query, chunks);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var seen = new HashSet<long>();
        return [.. (await ReadAsync(reader, cancellationToken)).Where(hit => seen.Add(hit.DocumentId))];
    }

    /// <summary>The best chunks of given documents; one that is not embedded is absent.</summary>
    public async Task<IReadOnlyList<DenseHit>> ScoreAsync(
        EmbeddingSpace space, float[] query, long[] documents, CancellationToken cancellationToken)
    {
        if (documents.Length == 0)
        {
            return [];
        }

        await using var command = database.Command(Among(space), query, documents);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    private static async Task<List<DenseHit>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var hits = new List<DenseHit>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var score = reader.GetDouble(2);
            // A vector of zeros has no direction.
            hits.Add(new DenseHit(reader.GetInt64(0), reader.GetInt64(1), double.IsNaN(score) ? 0 : score));
        }

        return hits;
    }
}
