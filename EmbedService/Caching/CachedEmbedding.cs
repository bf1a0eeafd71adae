using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>
/// A dense embedding as bytes: 8 of SHA-256 over the key and the rest, 1 for the truncated flag, 4 for the token count, then float32, all
/// little-endian. The checksum rejects values of another key and corrupt ones.
/// </summary>
internal static class CachedEmbedding
{
    private const int ChecksumBytes = 8;
    private const int HeaderBytes = ChecksumBytes + 1 + sizeof(int);

    public static byte[] Encode(string key, TextEmbedding embedding)
    {
        var bytes = new byte[HeaderBytes + (embedding.Vector.Length * sizeof(float))];
        bytes[ChecksumBytes] = embedding.Truncated ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(ChecksumBytes + 1), embedding.Tokens);
        for (var i = 0; i < embedding.Vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(HeaderBytes + (i * sizeof(float))), embedding.Vector[i]);
        }

        Checksum(key, bytes).AsSpan(0, ChecksumBytes).CopyTo(bytes);
        return bytes;
    }

    /// <returns>Null for a value that <see cref="Encode"/> did not make for this key and dimension.</returns>
    public static TextEmbedding? Decode(string key, int dimension, byte[] bytes)
    {
        if (
            bytes.Length != HeaderBytes + (dimension * sizeof(float))
            || !Checksum(key, bytes).AsSpan(0, ChecksumBytes).SequenceEqual(bytes.AsSpan(0, ChecksumBytes))
        )
        {
            return null;
        }

        var vector = new float[dimension];
        for (var i = 0; i < dimension; i++)
        {
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(HeaderBytes + (i * sizeof(float))));
        }

        return new TextEmbedding(
            vector,
            BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(ChecksumBytes + 1)),
            bytes[ChecksumBytes] == 1
        );
    }

    private static byte[] Checksum(string key, byte[] bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(key));
        hash.AppendData(bytes, ChecksumBytes, bytes.Length - ChecksumBytes);
        return hash.GetHashAndReset();
    }
}
