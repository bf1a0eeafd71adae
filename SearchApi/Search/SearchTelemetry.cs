using System.Diagnostics;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>The spans of a search's steps: <c>search.lexical</c>, <c>search.dense</c> and <c>search.rerank</c>.</summary>
internal static class SearchTelemetry
{
    /// <summary>The source of the spans. No span contains the query or the hits.</summary>
    public static ActivitySource Source { get; } = new("EmbedPlatform.Search");
}
