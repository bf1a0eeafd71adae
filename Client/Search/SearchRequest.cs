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

/// <summary>A field to count values of.</summary>
public sealed record FacetRequest
{
    /// <summary>The field; dots descend into objects, and the elements of an array count one by one.</summary>
    public string? Field { get; init; }

    /// <summary>The number of values to return: 1 to 1,000, 10 by default.</summary>
    public int? Limit { get; init; }
}

/// <summary>Further chunks to return with each hit.</summary>
public sealed record GroupRequest
{
    /// <summary>The number of best chunks: 1 to 20, 3 by default.</summary>
    public int? Chunks { get; init; }
}

/// <summary>A search request.</summary>
public sealed record SearchRequest
{
    /// <summary>The query; outside dense mode, <c>"exact words"</c> is a phrase and <c>begin*</c> a prefix (docs/search.md).</summary>
    public string? Query { get; init; }

    /// <summary>The number of documents to return: 1 to 1,000, 20 by default.</summary>
    public int? Limit { get; init; }

    /// <summary>The legs that retrieve candidates; hybrid by default.</summary>
    public SearchMode? Mode { get; init; }

    /// <summary>
    /// Whether to rerank the best candidates. By default hybrid mode follows the collection or the service; other modes do not
    /// rerank.
    /// </summary>
    public RerankMode? Rerank { get; init; }

    /// <summary>The number of fused candidates to rerank.</summary>
    public int? RerankDepth { get; init; }

    /// <summary>A metadata filter on the documents to search; all documents by default.</summary>
    public SearchFilter? Filter { get; init; }

    /// <summary>
    /// The minimum score: cosine similarity in dense mode and for the dense leg in hybrid mode, BM25 in lexical mode.
    /// </summary>
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

    /// <summary>Adds the best chunks and their positions to each hit; a hit is always one document.</summary>
    public GroupRequest? Group { get; init; }

    /// <summary>Whether to compare every vector instead of searching the HNSW index.</summary>
    public bool? Exact { get; init; }

    /// <summary>
    /// The fusion of hybrid mode; by default that of the collection, the service's options or the models' measurements.
    /// </summary>
    public FusionMode? Fusion { get; init; }

    /// <summary>The leg weights; by default those of the collection, the service's options or the models' measurements.</summary>
    public LegWeights? Weights { get; init; }

    /// <summary>The number of candidates that each leg of a hybrid search retrieves: 1 to 1,000. It limits paging.</summary>
    public int? LegDepth { get; init; }

    /// <summary>
    /// Whether a hybrid search retrieves as many candidates as <see cref="Limit"/> and <see cref="RerankDepth"/> need; true by
    /// default. With <c>false</c>, a high limit returns the same candidates that are fused for a small one.
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
