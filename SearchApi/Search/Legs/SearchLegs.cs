using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Search.Legs;

/// <summary>All legs.</summary>
internal static class SearchLegs
{
    /// <summary>Every leg, in the order of their declaration.</summary>
    public static readonly IReadOnlyList<SearchLeg> All = Enum.GetValues<SearchLeg>();

    /// <summary>The legs that find documents by themselves.</summary>
    public static readonly IReadOnlyList<SearchLeg> Retrieving = [.. All.Where(leg => leg != SearchLeg.Rerank)];
}
