using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>
/// A dense embedding as bytes: 8 of SHA-256 over key and rest, 1 for the truncated flag, 4 for the tokens, then float32; all little-endian.
/// A value of a wrong length, of another key or with flipped bits is not believed.
/// </summary>
internal static class CachedEmbedding
{
    private const int Seal = 8;
    private const int Head = Seal + 1 + sizeof(int);

    /// <summary>The value to store.</summary>
    public static byte[] Encode(string key, TextEmbedding embedding)
    {
        var bytes = new byte[Head + (embedding.Vector.Length * sizeof(float))];
        bytes[Seal] = embedding.Truncated ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Seal + 1), embedding.Tokens);
        for (var i = 0; i < embedding.Vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(Head + (i * sizeof(float))), embedding.Vector[i]);
        }

        Sign(key, bytes).AsSpan(0, Seal).CopyTo(bytes);
        return bytes;
    }

    /// <summary>What a value says; null where it is not what <see cref="Encode"/> made for this key and dimension.</summary>
    public static TextEmbedding? Decode(string key, int dimension, byte[] bytes)
    {
        if (bytes.Length != Head + (dimension * sizeof(float)) || !Sign(key, bytes).AsSpan(0, Seal).SequenceEqual(bytes.AsSpan(0, Seal)))
        {
            return null;
        }

        var vector = new float[dimension];
        for (var i = 0; i < dimension; i++)
        {
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(Head + (i * sizeof(float))));
        }

        return new TextEmbedding(vector, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(Seal + 1)), bytes[Seal] == 1);
    }

    private static byte[] Sign(string key, byte[] bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(key));
        hash.AppendData(bytes, Seal, bytes.Length - Seal);
        return hash.GetHashAndReset();
    }
}
