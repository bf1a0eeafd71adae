using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>What a vector must be before it is stored: one that is not would make a document unfindable without a word.</summary>
internal static class VectorValidator
{
    /// <summary>What is wrong with a vector; null for a good one.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="dimension">How long it must be.</param>
    public static string? Fault(ReadOnlySpan<float> vector, int dimension)
    {
        if (vector.Length != dimension)
        {
            return $"the model returned a vector of {vector.Length} numbers instead of {dimension}";
        }

        foreach (var number in vector)
        {
            if (!float.IsFinite(number))
            {
                return "the model returned a vector that holds a number that is not finite";
            }
        }

        // Without a direction it is near to nothing, and the index leaves it out.
        return vector.ContainsAnyExcept(0f, -0f) ? null : "the model returned a vector of zeros";
    }

    /// <summary>The first 64 bits of SHA-256 over the numbers: equal for equal vectors.</summary>
    public static long Hash(ReadOnlySpan<float> vector)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(vector), hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }
}
