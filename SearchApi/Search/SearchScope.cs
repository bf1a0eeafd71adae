using EmbedPlatform.SearchApi.Filters;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>The documents to search.</summary>
/// <param name="Filter">The filter; null for all documents.</param>
/// <param name="Documents">The matching rows, if they are few enough to score one by one.</param>
/// <param name="Exact">Whether to compare vectors one by one instead of through the index.</param>
internal sealed record SearchScope(FilterNode? Filter, long[]? Documents, bool Exact)
{
    /// <summary>Every document, through the indexes.</summary>
    public static readonly SearchScope Everything = new(null, null, false);
}
