using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>Validates vectors before they are stored: an invalid one would silently make its document unfindable.</summary>
internal static class VectorValidator
{
    /// <summary>The reason why a vector is invalid; null if it is valid.</summary>
    /// <param name="dimension">The required length.</param>
    public static string? Fault(ReadOnlySpan<float> vector, int dimension)
    {
        if (vector.Length != dimension)
        {
            return $"a vector of {vector.Length} numbers instead of {dimension}";
        }

        foreach (var number in vector)
        {
            if (!float.IsFinite(number))
            {
                return "a vector with a number that is not finite";
            }
        }

        // A zero vector has no cosine similarity, and the HNSW index omits it.
        return vector.ContainsAnyExcept(0f, -0f) ? null : "a vector of zeros";
    }

    /// <summary>The first 64 bits of the numbers' SHA-256.</summary>
    public static long Hash(ReadOnlySpan<float> vector)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(vector), hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }
}
