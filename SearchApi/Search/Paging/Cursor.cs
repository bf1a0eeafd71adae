using System.Buffers.Binary;
using System.Buffers.Text;

namespace EmbedPlatform.SearchApi.Search.Paging;

/// <summary>Where a caller stands in a kept ranking.</summary>
/// <param name="Id">The ranking.</param>
/// <param name="Offset">How many of its documents were passed.</param>
/// <param name="Limit">How many documents a page holds.</param>
internal readonly record struct Cursor(Guid Id, int Offset, int Limit)
{
    private const int Length = 24;

    /// <summary>The text that a caller holds.</summary>
    public override string ToString()
    {
        var bytes = new byte[Length];
        Id.TryWriteBytes(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), Offset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), Limit);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a cursor; null where a text is none.</summary>
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
