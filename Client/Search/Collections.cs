namespace EmbedPlatform.Client.Search;

/// <summary>The settings of a new collection; each has a default.</summary>
public sealed record CollectionSettings
{
    /// <summary>The embedding model's id; by default EmbedService's default model.</summary>
    public string? Model { get; init; }

    /// <summary>
    /// The template of the searched text, with fields in braces: <c>{title}</c>, <c>{text}</c> or a path into the metadata. By default
    /// <c>{title}</c>, a line break and <c>{text}</c>.
    /// </summary>
    public string? TextTemplate { get; init; }

    /// <summary>The language of lexical search, such as <c>german</c>; <c>simple</c> has no stemming and no stop words.</summary>
    public string? Language { get; init; }

    /// <summary>
    /// Whether lexical search ignores accents; true by default. The spelling of the query ranks first.
    /// </summary>
    public bool? FoldAccents { get; init; }

    /// <summary>The maximum number of tokens per chunk; by default the embedding model's limit, at most 512.</summary>
    public int? ChunkTokens { get; init; }

    /// <summary>The number of tokens that each chunk repeats of the previous one.</summary>
    public int? ChunkOverlap { get; init; }

    /// <summary>
    /// The chunk boundary: <c>sentence</c> (the default) or <c>heading</c>, which never mixes two markdown sections in one chunk.
    /// </summary>
    public string? ChunkBy { get; init; }

    /// <summary>The vector type and HNSW parameters.</summary>
    public IndexSettings? Index { get; init; }

    /// <summary>
    /// The metadata fields for filters and facets, by name; if none is declared, every field is allowed. Can be changed at any time.
    /// </summary>
    public IReadOnlyDictionary<string, FieldSettings>? Fields { get; init; }

    /// <summary>The default leg weights of searches. This and the following settings can be changed at any time.</summary>
    public LegWeights? Weights { get; init; }

    /// <summary>The default fusion of hybrid searches.</summary>
    public FusionMode? Fusion { get; init; }

    /// <summary>The default reranking of hybrid searches, and the meaning of <c>auto</c> for this collection.</summary>
    public RerankMode? Rerank { get; init; }

    /// <summary>The number of fused candidates to rerank: 1 to 1,000.</summary>
    public int? RerankDepth { get; init; }
}

/// <summary>Changes to a collection that need no re-indexing; absent settings stay as they are.</summary>
public sealed record CollectionPatch
{
    /// <summary>Metadata fields for filters and facets, by name; other fields stay as they are.</summary>
    public IReadOnlyDictionary<string, FieldSettings>? Fields { get; init; }

    /// <summary>The default leg weights; absent weights stay as they are.</summary>
    public LegWeights? Weights { get; init; }

    /// <summary>The default fusion of hybrid searches.</summary>
    public FusionMode? Fusion { get; init; }

    /// <summary>The default reranking of hybrid searches.</summary>
    public RerankMode? Rerank { get; init; }

    /// <summary>The number of fused candidates to rerank.</summary>
    public int? RerankDepth { get; init; }
}

/// <summary>The storage type of vectors and their HNSW index.</summary>
public sealed record IndexSettings
{
    /// <summary><c>halfvec</c> (16 bits per number, the default) or <c>vector</c> (32 bits).</summary>
    public string? Type { get; init; }

    /// <summary>The number of connections per node (pgvector's <c>m</c>): 2 to 100, 16 by default.</summary>
    public int? M { get; init; }

    /// <summary>
    /// The candidate list size of inserts (pgvector's <c>ef_construction</c>): 4 to 1,000 and at least twice <see cref="M"/>; 64 by
    /// default.
    /// </summary>
    public int? EfConstruction { get; init; }
}

/// <summary>The declaration of a metadata field. A value may also be an array of its type.</summary>
public sealed record FieldSettings
{
    /// <summary>
    /// <c>string</c>, <c>number</c>, <c>boolean</c>, <c>datetime</c> (an ISO 8601 string) or <c>geo</c> (an object with <c>lat</c> and
    /// <c>lon</c> in degrees).
    /// </summary>
    public string? Type { get; init; }

    /// <summary>Whether searches can filter by the field; true by default.</summary>
    public bool? Filterable { get; init; }

    /// <summary>Whether searches can count the field's values as a facet; false by default.</summary>
    public bool? Facet { get; init; }
}

/// <summary>A collection with its settings and counts.</summary>
/// <param name="Name">The name.</param>
/// <param name="Model">The embedding model's id.</param>
/// <param name="Dimension">The length of an embedding.</param>
/// <param name="Language">The language of lexical search.</param>
/// <param name="ChunkTokens">The maximum number of tokens per chunk.</param>
/// <param name="ChunkOverlap">The number of tokens that each chunk repeats of the previous one.</param>
/// <param name="Documents">The number of stored documents; lexical search finds them at once.</param>
/// <param name="Chunks">The number of embedded chunks; dense search finds only these.</param>
/// <param name="Pending">The number of documents waiting to be embedded.</param>
/// <param name="Failed">The number of documents that could not be embedded.</param>
/// <param name="CreatedAt">The creation time.</param>
public sealed record Collection(
    string Name,
    string Model,
    int Dimension,
    string Language,
    int ChunkTokens,
    int ChunkOverlap,
    long Documents,
    long Chunks,
    long Pending,
    long Failed,
    DateTimeOffset CreatedAt
)
{
    /// <summary>The template of the searched text.</summary>
    public string? TextTemplate { get; init; }

    /// <summary>The chunk boundary: <c>sentence</c> or <c>heading</c>.</summary>
    public string? ChunkBy { get; init; }

    /// <summary>Whether lexical search ignores accents.</summary>
    public bool? FoldAccents { get; init; }

    /// <summary>
    /// Whether an upgrade is still indexing the documents' words again; until then lexical search can miss some of them.
    /// </summary>
    public bool LexicalPending { get; init; }

    /// <summary>The vector type and HNSW parameters.</summary>
    public IndexSettings? Index { get; init; }

    /// <summary>The declared metadata fields; absent if none is declared.</summary>
    public IReadOnlyDictionary<string, FieldSettings>? Fields { get; init; }

    /// <summary>The default leg weights of searches; absent if the collection sets none.</summary>
    public LegWeights? Weights { get; init; }

    /// <summary>The default fusion of hybrid searches; absent if the collection sets none.</summary>
    public FusionMode? Fusion { get; init; }

    /// <summary>The default reranking of hybrid searches; absent if the collection sets none.</summary>
    public RerankMode? Rerank { get; init; }

    /// <summary>The number of fused candidates to rerank; absent if the collection sets none.</summary>
    public int? RerankDepth { get; init; }

    /// <summary>
    /// Whether the HNSW index has yet to be built, for example after a large first load; until then dense search compares every
    /// vector.
    /// </summary>
    public bool IndexPending { get; init; }

    /// <summary>The aliases of the collection, by name; absent if it has none.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }
}

/// <summary>All collections.</summary>
/// <param name="Collections">The collections, by name.</param>
public sealed record CollectionList(IReadOnlyList<Collection> Collections);
