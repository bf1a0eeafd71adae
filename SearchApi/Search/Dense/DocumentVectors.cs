using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Dense;

/// <summary>A document's vector: the normalised mean of its chunks; null if it is not embedded.</summary>
internal sealed record DocumentVector(long DocumentId, string Id, float[]? Vector);

internal sealed class DocumentVectors(SearchReads reads)
{
    private static string Means(EmbeddingSpace space) =>
        $"""
            SELECT d.id, d.external_id, (SELECT avg(e.embedding)::vector::real[] FROM {space.Table} e WHERE e.document_id = d.id)
            FROM document d
            WHERE d.id IN (SELECT k.document_id FROM document_key k WHERE k.collection_id = $1 AND k.external_id = ANY($2))
            """;

    /// <summary>The vectors of the documents that exist.</summary>
    public Task<IReadOnlyList<DocumentVector>> ReadAsync(CollectionRecord collection, string[] ids, CancellationToken cancellationToken) =>
        reads.ReadAsync(collection, batch => batch.Add(Means(collection.Space), collection.Id, ids), ReadAsync, cancellationToken);

    private static async Task<IReadOnlyList<DocumentVector>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var vectors = new List<DocumentVector>();
        while (await reader.ReadAsync(cancellationToken))
        {
            vectors.Add(
                new DocumentVector(
                    reader.GetInt64(0),
                    reader.GetString(1),
                    reader.IsDBNull(2) ? null : Unit(reader.GetFieldValue<float[]>(2))
                )
            );
        }

        return vectors;
    }

    /// <summary>Normalises a vector to length 1; zeros stay zeros.</summary>
    public static float[] Unit(float[] vector)
    {
        var length = MathF.Sqrt(vector.Sum(x => x * x));
        return length > 0 ? [.. vector.Select(x => x / length)] : vector;
    }
}
