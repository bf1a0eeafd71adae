using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.SearchApi.Collections;

namespace EmbedPlatform.SearchApi.Search.Dense;

/// <summary>
/// A serialised query embedding: 8 bytes of SHA-256 over key and content, 1 byte for the truncated flag, then little-endian float32.
/// A value of the wrong length, of another key or with flipped bits is rejected.
/// </summary>
internal static class CachedVector
{
    private const int Seal = 8;

    /// <summary>
    /// The cache key. It contains a hash of the query, never its text, and the tenant, so that tenants share no entries.
    /// </summary>
    public static string Key(string tenant, EmbeddingSpace space, string query)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(query)));
        return $"embedplatform:query:{tenant}:{space.Model}:{space.Revision}:{hash}";
    }

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

    /// <summary>Reads a value; null unless <see cref="Encode"/> wrote it for this key and dimension.</summary>
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
