using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Search;

/// <summary>Whether the reranker scores the best candidates.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RerankMode>))]
public enum RerankMode
{
    /// <summary>Always.</summary>
    [JsonStringEnumMemberName("always")]
    Always,

    /// <summary>Never.</summary>
    [JsonStringEnumMemberName("never")]
    Never,

    /// <summary>If reranking is measured to help, by the collection's settings or its pair of models (docs/search.md).</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,
}

/// <summary>The method that fuses the legs into one ranking.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FusionMode>))]
public enum FusionMode
{
    /// <summary>A weighted sum of scores, normalised over the candidates.</summary>
    [JsonStringEnumMemberName("score")]
    Score,

    /// <summary>Weighted reciprocal ranks: w / (k + rank), k = 60 by default (Cormack, Clarke and Buettcher 2009).</summary>
    [JsonStringEnumMemberName("rrf")]
    Rrf,
}

/// <summary>Groups of documents by a field, and further chunks to return with each hit.</summary>
public sealed record GroupRequest
{
    /// <summary>The number of best chunks: 1 to 20, 3 by default unless <see cref="Field"/> is set.</summary>
    public int? Chunks { get; init; }

    /// <summary>
    /// The field to group documents by: each result is the best document of its group, and <see cref="SearchRequest.Limit"/> counts
    /// groups. A document without a value is a group of its own; an array is one value.
    /// </summary>
    public string? Field { get; init; }

    /// <summary>The number of documents to return per group, the best one included: 1 to 100, 3 by default.</summary>
    public int? Limit { get; init; }
}

/// <summary>A search request.</summary>
public sealed record SearchRequest
{
    /// <summary>
    /// The query; outside dense mode, <c>"exact words"</c> is a phrase, <c>begin*</c> a prefix, and <c>-word</c> or <c>-"exact words"</c>
    /// excludes documents (docs/search.md). Without a query, or with <c>*</c>, the search lists the documents that match the filter.
    /// </summary>
    public string? Query { get; init; }

    /// <summary>
    /// The keys to sort by, most significant first: 1 to 8. The matched documents are sorted instead of ranked; ties are in the order of
    /// the documents' first upload.
    /// </summary>
    public IReadOnlyList<SortKey?>? Sort { get; init; }

    /// <summary>A field of which each value is returned once, with its best document; a <see cref="Group"/> of limit 1.</summary>
    public string? Distinct { get; init; }

    /// <summary>The number of documents to return: 1 to 1,000, 20 by default.</summary>
    public int? Limit { get; init; }

    /// <summary>The legs that retrieve candidates; hybrid by default.</summary>
    public SearchMode? Mode { get; init; }

    /// <summary>
    /// Whether to rerank the best candidates. By default hybrid mode follows the collection or the service; other modes do not
    /// rerank.
    /// </summary>
    public RerankMode? Rerank { get; init; }

    /// <summary>The number of fused candidates to rerank; fewer if the query has more than 200 characters (docs/search.md).</summary>
    public int? RerankDepth { get; init; }

    /// <summary>
    /// The time in milliseconds after which no further candidates are reranked: 1 to 300,000; no limit by default. The metadata report
    /// how many were.
    /// </summary>
    public int? TimeoutMs { get; init; }

    /// <summary>A metadata filter on the documents to search; all documents by default.</summary>
    public SearchFilter? Filter { get; init; }

    /// <summary>The minimum of <see cref="SearchHit.Score"/>, on the scale of the mode.</summary>
    public double? Threshold { get; init; }

    /// <summary>
    /// The number of documents to skip: 0 to 10,000. Writes can shift pages by offset; <see cref="Pages"/> avoids that.
    /// </summary>
    public int? Offset { get; init; }

    /// <summary>Whether to keep the ranking as a snapshot, so that <c>metadata.next</c> pages through it unaffected by writes.</summary>
    public bool? Pages { get; init; }

    /// <summary>The <c>metadata.next</c> of the previous page. Only <see cref="Limit"/> can be combined with it.</summary>
    public string? Cursor { get; init; }

    /// <summary>Whether to count all matched documents.</summary>
    public bool? Total { get; init; }

    /// <summary>The fields to count values of, over all matched documents.</summary>
    public IReadOnlyList<FacetRequest?>? Facets { get; init; }

    /// <summary>
    /// The fields to return: <c>title</c>, <c>text</c>, <c>metadata</c>, or members such as <c>metadata.colour</c>; all by default.
    /// </summary>
    public IReadOnlyList<string?>? Fields { get; init; }

    /// <summary>
    /// Whether and how to mark the query's words; <c>true</c> marks them with <c>&lt;em&gt;</c> in text escaped for HTML.
    /// </summary>
    public HighlightRequest? Highlight { get; init; }

    /// <summary>Groups documents by a field, or adds the best chunks and their positions to each hit.</summary>
    public GroupRequest? Group { get; init; }

    /// <summary>Whether to compare every vector instead of searching the HNSW index.</summary>
    public bool? Exact { get; init; }

    /// <summary>
    /// The fusion of hybrid mode; by default that of the collection, the service's options or the models' measurements.
    /// </summary>
    public FusionMode? Fusion { get; init; }

    /// <summary>The leg weights; by default those of the collection, the service's options or the models' measurements.</summary>
    public LegWeights? Weights { get; init; }

    /// <summary>
    /// The number of candidates that each leg of a hybrid search retrieves for fusion: 1 to 1,000. Documents beyond them follow.
    /// </summary>
    public int? LegDepth { get; init; }

    /// <summary>
    /// Whether documents beyond the fused candidates follow them on later pages or within a high <see cref="Limit"/>; true by default.
    /// </summary>
    public bool? Fill { get; init; }

    /// <summary>
    /// Whether lexical and hybrid mode correct mistyped words: one edit from 4 letters, two from 8 (docs/search.md); by default the
    /// service's option <c>Search:Typo:Enabled</c>.
    /// </summary>
    public bool? TypoTolerance { get; init; }

    /// <summary>
    /// Search-as-you-type: whether the last word may be unfinished, so that words beginning with it match too; false by default.
    /// </summary>
    public bool? Prefix { get; init; }

    /// <summary>Whether the response may come from the result cache; true by default.</summary>
    public bool? Cache { get; init; }
}
