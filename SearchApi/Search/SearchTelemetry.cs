using System.Diagnostics;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Spans of a search's parts: <c>search.lexical</c>, <c>search.dense</c> and <c>search.rerank</c>.</summary>
internal static class SearchTelemetry
{
    /// <summary>Their source. No span holds the query or what it found.</summary>
    public static ActivitySource Source { get; } = new("EmbedPlatform.Search");
}
