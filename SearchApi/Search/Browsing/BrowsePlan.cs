using EmbedPlatform.SearchApi.Filters;

namespace EmbedPlatform.SearchApi.Search.Browsing;

/// <summary>How a search lists documents instead of ranking them, or groups them.</summary>
/// <param name="HasQuery">Whether the search has legs that match documents.</param>
/// <param name="Sort">The keys, most significant first; empty for the order of the first upload.</param>
internal sealed record BrowsePlan(bool HasQuery, IReadOnlyList<SortColumn> Sort)
{
    /// <summary>The field to group by; null for single documents.</summary>
    public MetadataPath? GroupBy { get; init; }

    /// <summary>The number of documents per group.</summary>
    public int GroupLimit { get; init; } = 1;

    /// <summary>Whether the documents are in the order of the ranking.</summary>
    public bool IsRanked => HasQuery && Sort.Count == 0;
}

/// <summary>The type of a sort key.</summary>
internal enum SortType
{
    /// <summary>The document's id.</summary>
    Id,
    Number,
    String,
    Boolean,
    Instant,
    Distance,
}

/// <summary>A validated sort key.</summary>
/// <param name="Path">The field; null for the document's id.</param>
internal sealed record SortColumn(MetadataPath? Path, SortType Type, bool Descending, bool NullsFirst)
{
    /// <summary>The point from which distances are measured.</summary>
    public Place Origin { get; init; }
}

/// <summary>The end of a page: the last document's row and sort keys, as text.</summary>
internal sealed record BrowsePosition(long Row, IReadOnlyList<string?> Keys);
