using System.Buffers.Binary;
using EmbedPlatform.SearchApi.Collections;
using Npgsql;
using NpgsqlTypes;

namespace EmbedPlatform.SearchApi.Ingestion;

internal readonly record struct StoredVector(long ChunkId, long DocumentId, float[] Numbers);

/// <summary>
/// Writes vectors in pgvector's binary form (<c>halfvec_recv</c> and <c>vector_recv</c>: the dimension and a zero in 16 bits each,
/// then the numbers, all in network byte order). An array parameter would cost the server a function call per number; this form
/// needs none and a quarter of the bytes.
/// </summary>
internal static class VectorBulkWriter
{
    private const int Head = 2 * sizeof(short);

    /// <summary>Writes vectors within the connection's transaction.</summary>
    /// <exception cref="PostgresException">A number is not finite, or out of range for the space's type.</exception>
    public static async Task WriteAsync(
        NpgsqlConnection connection,
        EmbeddingSpace space,
        IEnumerable<StoredVector> vectors,
        CancellationToken cancellationToken
    )
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            $"COPY {space.Table} (chunk_id, document_id, embedding) FROM STDIN (FORMAT binary)",
            cancellationToken
        );
        var buffer = new byte[Size(space)];
        foreach (var vector in vectors)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(vector.ChunkId, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(vector.DocumentId, NpgsqlDbType.Bigint, cancellationToken);
            Encode(space, vector.Numbers, buffer);
            // Written as it is, because COPY's binary format carries no types.
            await copy.WriteAsync(buffer, NpgsqlDbType.Bytea, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static int Size(EmbeddingSpace space) => Head + (space.Dimension * (IsHalf(space) ? sizeof(ushort) : sizeof(float)));

    private static bool IsHalf(EmbeddingSpace space) => space.Type == EmbeddingSpace.HalfVector;

    private static void Encode(EmbeddingSpace space, ReadOnlySpan<float> numbers, Span<byte> target)
    {
        if (numbers.Length != space.Dimension)
        {
            throw new ArgumentException($"{space.Table} has {space.Dimension} dimensions, not {numbers.Length}.", nameof(numbers));
        }

        BinaryPrimitives.WriteInt16BigEndian(target, (short)space.Dimension);
        BinaryPrimitives.WriteInt16BigEndian(target[sizeof(short)..], 0);
        target = target[Head..];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (IsHalf(space))
            {
                BinaryPrimitives.WriteHalfBigEndian(target[(i * sizeof(ushort))..], (Half)numbers[i]);
            }
            else
            {
                BinaryPrimitives.WriteSingleBigEndian(target[(i * sizeof(float))..], numbers[i]);
            }
        }
    }
}
