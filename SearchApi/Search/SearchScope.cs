using EmbedPlatform.SearchApi.Filters;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Which documents of a collection a search looks at.</summary>
/// <param name="Filter">The condition; null where all of them.</param>
/// <param name="Documents">The rows that satisfy it, where they are few enough to be scored one by one.</param>
/// <param name="Exact">Whether vectors are compared one by one in any case, instead of through the index.</param>
internal sealed record SearchScope(FilterNode? Filter, long[]? Documents, bool Exact)
{
    /// <summary>Every document, through the indexes.</summary>
    public static readonly SearchScope Everything = new(null, null, false);
}
