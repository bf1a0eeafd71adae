using System.Text.Json;

namespace EmbedPlatform.Client.Search;

/// <summary>The response to a search.</summary>
/// <param name="Results">The hits, best first.</param>
/// <param name="Metadata">How the ranking was computed.</param>
public sealed record SearchResponse(IReadOnlyList<SearchHit> Results, SearchMetadata Metadata)
{
    /// <summary>The requested facets, in their order.</summary>
    public IReadOnlyList<Facet>? Facets { get; init; }
}

/// <summary>The values of one field over all matched documents.</summary>
/// <param name="Field">The field.</param>
/// <param name="Values">The values, most frequent first; ties are ordered by value.</param>
/// <param name="Others">The number of further values.</param>
public sealed record Facet(string Field, IReadOnlyList<FacetValue> Values, long Others);

/// <summary>A value and its number of matched documents.</summary>
/// <param name="Value">A string, number or boolean.</param>
/// <param name="Count">The number of documents; a document counts once per value.</param>
public sealed record FacetValue(JsonElement Value, long Count);

/// <summary>A hit: one document.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Score">The final score; comparable within one response only.</param>
/// <param name="Title">The title.</param>
/// <param name="Text">The document's best chunk.</param>
/// <param name="Metadata">The metadata object.</param>
/// <param name="Explain">The contribution of each leg.</param>
public sealed record SearchHit(string Id, double Score, string? Title, string? Text, JsonElement? Metadata, HitExplanation Explain)
{
    /// <summary>Fragments with the query's words marked, by field (<c>title</c>, <c>text</c>), if requested.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Highlights { get; init; }

    /// <summary>Where the marked words are in <c>title</c> and <c>text</c>, if requested.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<TextRange>>? HighlightOffsets { get; init; }

    /// <summary>The document's best chunks, best first, if <see cref="SearchRequest.Group"/> requests them.</summary>
    public IReadOnlyList<ChunkHit>? Chunks { get; init; }
}

/// <summary>A part of a text, in UTF-16 code units.</summary>
/// <param name="Start">The first code unit.</param>
/// <param name="End">The code unit after the last.</param>
public readonly record struct TextRange(int Start, int End);

/// <summary>A chunk of a hit.</summary>
/// <param name="Position">The chunk's position in the document, from 0.</param>
/// <param name="Text">The chunk's text.</param>
/// <param name="Score">The cosine similarity; in lexical mode the sum of the weights of the chunk's query terms.</param>
public sealed record ChunkHit(int Position, string Text, double Score);

/// <summary>How a ranking was computed.</summary>
/// <param name="Count">The number of returned hits.</param>
/// <param name="Mode">The requested legs.</param>
/// <param name="Rerank">Whether the reranker was applied and, if not, why.</param>
/// <param name="Degraded">Steps left out because a service did not respond, in words; empty if none was.</param>
/// <param name="Timings">Milliseconds per step.</param>
public sealed record SearchMetadata(int Count, SearchMode Mode, RerankOutcome Rerank, IReadOnlyList<string> Degraded, SearchTimings Timings)
{
    /// <summary>The fusion and the source of its weights; absent after a search of a single leg.</summary>
    public FusionOutcome? Fusion { get; init; }

    /// <summary>The number of matched documents, if requested: the matched set of docs/search.md, not only the pageable hits.</summary>
    public long? Total { get; init; }

    /// <summary>The cursor of the next page, if pages were requested; absent on the last page.</summary>
    public string? Next { get; init; }

    /// <summary>The mistyped words and the words that they also matched; absent if there are none.</summary>
    public IReadOnlyList<TypoMatch>? Typos { get; init; }

    /// <summary>The query with its mistyped words replaced; absent if no word is rare and similar to a much more frequent one.</summary>
    public string? DidYouMean { get; init; }

    /// <summary>Why words could not be corrected or completed; absent if they could.</summary>
    public string? TypingUnavailable { get; init; }

    /// <summary>Whether the whole response came from the result cache; its other timings are those of the original search.</summary>
    public bool Cached { get; init; }
}

/// <summary>A mistyped word.</summary>
/// <param name="Word">The word as it is in the query.</param>
/// <param name="Matched">The words of the collection that it also matched, the most likely first.</param>
public sealed record TypoMatch(string Word, IReadOnlyList<string> Matched);

/// <summary>How the legs were fused.</summary>
/// <param name="Method">By scores or by ranks.</param>
/// <param name="Weights">The weight of each leg, including the reranker if it was applied.</param>
/// <param name="Source">
/// The source of the weights: the request, the collection, the options, the models' measurements, or the equal-weight default.
/// </param>
public sealed record FusionOutcome(FusionMode Method, LegWeights Weights, string Source)
{
    /// <summary>The k of reciprocal rank fusion; absent after fusion by scores.</summary>
    public int? RankConstant { get; init; }
}

/// <summary>Whether the reranker was applied.</summary>
/// <param name="Applied">Whether the order includes its scores.</param>
/// <param name="Reason">The reason why it was not applied.</param>
/// <param name="Candidates">The number of documents it scored.</param>
public sealed record RerankOutcome(bool Applied, string? Reason, int Candidates);
