namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>The postings of a term in a collection.</summary>
/// <param name="Documents">The documents' rows, ascending.</param>
/// <param name="Frequencies">The term's frequency in each document.</param>
/// <param name="Lengths">The number of tokens of each document.</param>
internal sealed record PostingList(long[] Documents, int[] Frequencies, int[] Lengths)
{
    private const int BytesPerPosting = sizeof(long) + (2 * sizeof(int));
    private const int BytesBeside = 200;

    /// <summary>The term's document frequency.</summary>
    public int Count => Documents.Length;

    /// <summary>The size in memory.</summary>
    public long Bytes => BytesBeside + ((long)Count * BytesPerPosting);

    /// <summary>The number of postings that fit into a number of bytes.</summary>
    public static int CountWithin(long bytes) => (int)Math.Min(int.MaxValue, bytes / BytesPerPosting);
}
