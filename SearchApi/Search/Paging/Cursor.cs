using System.Buffers.Binary;
using System.Buffers.Text;

namespace EmbedPlatform.SearchApi.Search.Paging;

/// <summary>A position in a kept ranking.</summary>
/// <param name="Offset">The number of documents before it.</param>
/// <param name="Limit">The page size.</param>
internal readonly record struct Cursor(Guid Id, int Offset, int Limit)
{
    private const int Length = 24;

    public override string ToString()
    {
        var bytes = new byte[Length];
        Id.TryWriteBytes(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), Offset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), Limit);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Parses a cursor; null if it is invalid.</summary>
    public static Cursor? Read(string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length > 2 * Length || !Base64Url.IsValid(text, out var length) || length != Length)
        {
            return null;
        }

        Base64Url.DecodeFromChars(text, bytes);
        var cursor = new Cursor(
            new Guid(bytes[..16]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[20..])
        );
        return cursor is { Offset: >= 0, Limit: > 0 } ? cursor : null;
    }
}
