namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>In which documents of a collection a term is, as the table <c>posting</c> has it.</summary>
/// <param name="Documents">The documents' rows, ascending.</param>
/// <param name="Frequencies">How often each has the term.</param>
/// <param name="Lengths">How many tokens each has.</param>
internal sealed record PostingList(long[] Documents, int[] Frequencies, int[] Lengths)
{
    private const int BytesPerPosting = sizeof(long) + (2 * sizeof(int));
    private const int BytesBeside = 200;

    /// <summary>How many documents have the term.</summary>
    public int Count => Documents.Length;

    /// <summary>What the list takes in memory.</summary>
    public long Bytes => BytesBeside + ((long)Count * BytesPerPosting);

    /// <summary>How many postings fit into so much memory.</summary>
    public static int Within(long bytes) => (int)Math.Min(int.MaxValue, bytes / BytesPerPosting);
}
