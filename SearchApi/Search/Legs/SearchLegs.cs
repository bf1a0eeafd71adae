using EmbedPlatform.Client.Search;

namespace EmbedPlatform.SearchApi.Search.Legs;

internal static class SearchLegs
{
    public static readonly IReadOnlyList<SearchLeg> All = Enum.GetValues<SearchLeg>();

    /// <summary>The legs that retrieve documents, as opposed to rescoring them.</summary>
    public static readonly IReadOnlyList<SearchLeg> Retrieving = [.. All.Where(leg => leg != SearchLeg.Rerank)];
}
