using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Search;

/// <summary>The response to a search.</summary>
/// <param name="Results">The hits, best first.</param>
/// <param name="Metadata">How the ranking was computed.</param>
public sealed record SearchResponse(IReadOnlyList<SearchHit> Results, SearchMetadata Metadata)
{
    /// <summary>The requested facets, in their order.</summary>
    public IReadOnlyList<Facet>? Facets { get; init; }
}

/// <summary>A hit: one document.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Score">
/// The score, never greater than that of the hit before. Hybrid and reranked searches: relevance from 0 to 1, the mean of the legs' by
/// their weights; otherwise the leg's own score: BM25 (from 0) in lexical mode, cosine similarity (-1 to 1) in dense mode. 0 if the search
/// sorts or has no query.
/// </param>
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

    /// <summary>The distance in metres of the first <see cref="SortKey.GeoDistance"/>; absent if the document has no point.</summary>
    public double? Distance { get; init; }

    /// <summary>The group of which this is the best document, if the search groups documents.</summary>
    public HitGroup? Group { get; init; }
}

/// <summary>A group of documents with the same value.</summary>
/// <param name="Value">The value; absent for a document without one, which is a group of its own.</param>
/// <param name="Count">The number of matched documents with this value.</param>
/// <param name="Hits">The group's next best documents; absent if one document per group was requested.</param>
public sealed record HitGroup(JsonElement? Value, long Count, IReadOnlyList<SearchHit>? Hits);

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

    /// <summary>The number of matched documents, if requested: the matched set of docs/search.md.</summary>
    public long? Total { get; init; }

    /// <summary>Whether pages reach all of <see cref="Total"/>; present with it.</summary>
    public TotalRelation? TotalRelation { get; init; }

    /// <summary>The number of documents that pages reach, if it is less than <see cref="Total"/>.</summary>
    public long? Pageable { get; init; }

    /// <summary>The number of groups of the matched documents, if the total is requested and documents are sorted and grouped.</summary>
    public long? Groups { get; init; }

    /// <summary>The words and phrases that the query excludes; absent if it excludes none.</summary>
    public IReadOnlyList<string>? Excluded { get; init; }

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

/// <summary>How a total relates to the pages of a search.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TotalRelation>))]
public enum TotalRelation
{
    /// <summary>All counted documents can be paged to.</summary>
    [JsonStringEnumMemberName("equal")]
    Equal,

    /// <summary>At least this number of documents match; <see cref="SearchMetadata.Pageable"/> says where pages end.</summary>
    [JsonStringEnumMemberName("at_least")]
    AtLeast,
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

/// <summary>Whether the reranker was applied, and to how many documents.</summary>
/// <param name="Applied">Whether the order includes its scores.</param>
/// <param name="Reason">The reason why it was not applied, or scored fewer documents than asked.</param>
/// <param name="Asked">The rerank depth; 0 if reranking was not requested.</param>
/// <param name="Done">The number of documents it scored.</param>
public sealed record RerankOutcome(bool Applied, string? Reason, int Asked, int Done);
