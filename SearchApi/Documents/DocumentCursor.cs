using System.Buffers.Binary;
using System.Buffers.Text;

namespace EmbedPlatform.SearchApi.Documents;

/// <summary>The start of a page: after a row of a collection. Rows are numbered by first upload and keep their number.</summary>
/// <param name="Row">The row of the previous page's last document.</param>
internal sealed record DocumentCursor(long Collection, long Row)
{
    private const int Length = 2 * sizeof(long);

    /// <summary>Parses a cursor; null if it is invalid or of another collection.</summary>
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

    public string Write()
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Collection);
        BinaryPrimitives.WriteInt64BigEndian(bytes[sizeof(long)..], Row);
        return Base64Url.EncodeToString(bytes);
    }
}
