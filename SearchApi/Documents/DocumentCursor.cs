using System.Buffers.Binary;
using System.Buffers.Text;

namespace EmbedPlatform.SearchApi.Documents;

/// <summary>
/// Where a page of documents begins: behind a row of a collection. Rows are numbered as documents first came and keep their number.
/// </summary>
/// <param name="Collection">The collection's row.</param>
/// <param name="Row">The last document's row of the page before.</param>
internal sealed record DocumentCursor(long Collection, long Row)
{
    private const int Length = 2 * sizeof(long);

    /// <summary>Reads a cursor of a collection; null where it is none.</summary>
    public static DocumentCursor? Parse(long collection, string text)
    {
        Span<byte> bytes = stackalloc byte[Length + 2];
        return
            text.Length <= 24
            && Base64Url.TryDecodeFromChars(text, bytes, out var length)
            && length == Length
            && BinaryPrimitives.ReadInt64BigEndian(bytes) == collection
            ? new DocumentCursor(collection, BinaryPrimitives.ReadInt64BigEndian(bytes[sizeof(long)..]))
            : null;
    }

    /// <summary>The cursor as text.</summary>
    public string Write()
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Collection);
        BinaryPrimitives.WriteInt64BigEndian(bytes[sizeof(long)..], Row);
        return Base64Url.EncodeToString(bytes);
    }
}
