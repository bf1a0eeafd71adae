using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.SearchApi.Collections;

namespace EmbedPlatform.SearchApi.Search.Dense;

/// <summary>
/// A query's embedding as bytes: 8 of SHA-256 over key and rest, 1 for the truncated flag, then little-endian float32.
/// A value of a wrong length, of another key or with flipped bits is not believed.
/// </summary>
internal static class CachedVector
{
    private const int Seal = 8;

    /// <summary>The key of a query; it never holds the query itself, and no tenant sees by it what another asked.</summary>
    public static string Key(string tenant, EmbeddingSpace space, string query) =>
        $"embedplatform:query:{tenant}:{space.Model}:{space.Revision}:"
        + $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(query)))}";

    /// <summary>The value to store.</summary>
    public static byte[] Encode(string key, QueryVector vector)
    {
        var bytes = new byte[Seal + 1 + (vector.Vector.Length * sizeof(float))];
        bytes[Seal] = vector.Truncated ? (byte)1 : (byte)0;
        for (var i = 0; i < vector.Vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(Seal + 1 + (i * sizeof(float))), vector.Vector[i]);
        }

        Sign(key, bytes).CopyTo(bytes, 0);
        return bytes;
    }

    /// <summary>What a value says; null where it is not what <see cref="Encode"/> made for this key and dimension.</summary>
    public static QueryVector? Decode(string key, int dimension, byte[] bytes)
    {
        if (bytes.Length != Seal + 1 + (dimension * sizeof(float)) || !Sign(key, bytes).AsSpan().SequenceEqual(bytes.AsSpan(0, Seal)))
        {
            return null;
        }

        var vector = new float[dimension];
        for (var i = 0; i < dimension; i++)
        {
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(Seal + 1 + (i * sizeof(float))));
        }

        return new QueryVector(vector, bytes[Seal] == 1, Cached: true);
    }

    private static byte[] Sign(string key, byte[] bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(key));
        hash.AppendData(bytes, Seal, bytes.Length - Seal);
        return hash.GetHashAndReset()[..Seal];
    }
}
