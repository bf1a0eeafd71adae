using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Search;

/// <summary>Whether the best candidates are scored by the reranker.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RerankMode>))]
public enum RerankMode
{
    /// <summary>Always.</summary>
    [JsonStringEnumMemberName("always")]
    Always,

    /// <summary>Never.</summary>
    [JsonStringEnumMemberName("never")]
    Never,

    /// <summary>
    /// Where that is measured to help: by the collection's settings, else by what is known of its pair of models (docs/search.md).
    /// </summary>
    [JsonStringEnumMemberName("auto")]
    Auto,
}

/// <summary>How the legs become one ranking.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FusionMode>))]
public enum FusionMode
{
    /// <summary>Scores, normalised inside the pool and weighted.</summary>
    [JsonStringEnumMemberName("score")]
    Score,

    /// <summary>Reciprocal ranks, weighted: w / (k + rank), k = 60 by default (Cormack, Clarke and Buettcher 2009).</summary>
    [JsonStringEnumMemberName("rrf")]
    Rrf,
}

/// <summary>A field whose values are counted.</summary>
public sealed record FacetRequest
{
    /// <summary>The field; dots lead into objects, arrays are unfolded.</summary>
    public string? Field { get; init; }

    /// <summary>How many values to return: 1 to 1,000, 10 where not given.</summary>
    public int? Limit { get; init; }
}

/// <summary>What of a document is shown beside its best chunk.</summary>
public sealed record GroupRequest
{
    /// <summary>How many of its best chunks: 1 to 20, 3 where not given.</summary>
    public int? Chunks { get; init; }
}

/// <summary>A search.</summary>
public sealed record SearchRequest
{
    /// <summary>What is looked for, in words; <c>"exact words"</c> and <c>begin*</c> where words are searched (docs/search.md).</summary>
    public string? Query { get; init; }

    /// <summary>How many documents to return: 1 to 1,000, 20 where not given.</summary>
    public int? Limit { get; init; }

    /// <summary>Which legs find candidates; hybrid where not given.</summary>
    public SearchMode? Mode { get; init; }

    /// <summary>
    /// Whether the best candidates are reranked; where not given in hybrid mode as the collection or the service has it, never in the
    /// others.
    /// </summary>
    public RerankMode? Rerank { get; init; }

    /// <summary>How many of the fused candidates the reranker scores.</summary>
    public int? RerankDepth { get; init; }

    /// <summary>Which documents are looked at, by their metadata; all of them where not given.</summary>
    public SearchFilter? Filter { get; init; }

    /// <summary>
    /// The least score that counts: the cosine similarity in dense mode and for what the dense leg of a hybrid search finds, BM25 in
    /// lexical mode.
    /// </summary>
    public double? Threshold { get; init; }

    /// <summary>
    /// How many documents of the ranking to skip: 0 to 10,000. Pages by offset are one ranking only while nobody writes; see <see
    /// cref="Pages"/>.
    /// </summary>
    public int? Offset { get; init; }

    /// <summary>
    /// Whether the ranking is kept, so that <c>metadata.next</c> leads through the rest of it whatever is written meanwhile.
    /// </summary>
    public bool? Pages { get; init; }

    /// <summary>The next page of an earlier search: its <c>metadata.next</c>. Only <see cref="Limit"/> may stand beside it.</summary>
    public string? Cursor { get; init; }

    /// <summary>Whether to count all matched documents.</summary>
    public bool? Total { get; init; }

    /// <summary>The fields whose values are counted over all matched documents.</summary>
    public IReadOnlyList<FacetRequest?>? Facets { get; init; }

    /// <summary>
    /// What to return of a document: <c>title</c>, <c>text</c>, <c>metadata</c>, or members such as <c>metadata.colour</c>; all where not
    /// given.
    /// </summary>
    public IReadOnlyList<string?>? Fields { get; init; }

    /// <summary>Whether to mark the query's words with <c>&lt;em&gt;</c>; the text around them is not escaped.</summary>
    public bool? Highlight { get; init; }

    /// <summary>Whether hits show their best chunks with their places; every hit is one document in any case.</summary>
    public GroupRequest? Group { get; init; }

    /// <summary>Whether to compare every vector in place of searching the index.</summary>
    public bool? Exact { get; init; }

    /// <summary>
    /// How hybrid search fuses its legs; where not given as the collection, the service's options or the models' measured weights have it.
    /// </summary>
    public FusionMode? Fusion { get; init; }

    /// <summary>
    /// What each leg counts; where not given as the collection, the service's options or the models' measured weights have it.
    /// </summary>
    public LegWeights? Weights { get; init; }

    /// <summary>How many candidates each leg of a hybrid search finds: 1 to 1,000; they are what can be paged.</summary>
    public int? LegDepth { get; init; }

    /// <summary>
    /// Whether a hybrid search looks for as many candidates as <see cref="Limit"/> and <see cref="RerankDepth"/> need; yes where not given.
    /// With <c>false</c> an
    /// answer of a high limit holds the very candidates that are fused for a small one.
    /// </summary>
    public bool? Fill { get; init; }

    /// <summary>Whether the answer may come from the result cache; yes where not given.</summary>
    public bool? Cache { get; init; }
}
