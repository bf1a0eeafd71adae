namespace EmbedPlatform.Client.Search;

/// <summary>What a collection is made of; every part has a default.</summary>
public sealed record CollectionSettings
{
    /// <summary>The embedding model's id; EmbedService's default model where it is not given.</summary>
    public string? Model { get; init; }

    /// <summary>
    /// The text that is searched, made of fields in braces: <c>{title}</c>, <c>{text}</c> or a path into the metadata. <c>{title}</c>, a
    /// new
    /// line and <c>{text}</c> where it is not given.
    /// </summary>
    public string? TextTemplate { get; init; }

    /// <summary>
    /// The language of the texts for lexical search, as PostgreSQL names it; <c>simple</c> neither stems nor drops stop words.
    /// </summary>
    public string? Language { get; init; }

    /// <summary>The most tokens of a chunk; the embedding model's limit where it is not given.</summary>
    public int? ChunkTokens { get; init; }

    /// <summary>How many tokens a chunk repeats of the one before.</summary>
    public int? ChunkOverlap { get; init; }

    /// <summary>
    /// Where chunks may end: <c>sentence</c> (the default) or <c>heading</c>, which never puts two markdown sections into one chunk.
    /// </summary>
    public string? ChunkBy { get; init; }

    /// <summary>How the vectors are indexed.</summary>
    public IndexSettings? Index { get; init; }

    /// <summary>
    /// The metadata fields that may be filtered by or counted, by name; where none is declared, all may. They can be changed at any time.
    /// </summary>
    public IReadOnlyDictionary<string, FieldSettings>? Fields { get; init; }

    /// <summary>
    /// What each leg counts in a search of this collection that does not say; can be changed at any time, as the following can.
    /// </summary>
    public LegWeights? Weights { get; init; }

    /// <summary>How hybrid search fuses its legs.</summary>
    public FusionMode? Fusion { get; init; }

    /// <summary>Whether hybrid search reranks, and what <c>auto</c> means here.</summary>
    public RerankMode? Rerank { get; init; }

    /// <summary>How many of the fused candidates are reranked: 1 to 1,000.</summary>
    public int? RerankDepth { get; init; }
}

/// <summary>What of a collection can be changed without indexing it again; what is not given stays as it is.</summary>
public sealed record CollectionPatch
{
    /// <summary>Metadata fields that may be filtered by or counted, by name; those that are not named stay as they are.</summary>
    public IReadOnlyDictionary<string, FieldSettings>? Fields { get; init; }

    /// <summary>What each leg counts; a weight that is not given stays as it is.</summary>
    public LegWeights? Weights { get; init; }

    /// <summary>How hybrid search fuses its legs.</summary>
    public FusionMode? Fusion { get; init; }

    /// <summary>Whether hybrid search reranks.</summary>
    public RerankMode? Rerank { get; init; }

    /// <summary>How many of the fused candidates are reranked.</summary>
    public int? RerankDepth { get; init; }
}

/// <summary>How vectors are kept and indexed (HNSW).</summary>
public sealed record IndexSettings
{
    /// <summary><c>halfvec</c> (16 bits a number, the default) or <c>vector</c> (32 bits).</summary>
    public string? Type { get; init; }

    /// <summary>The connections of a node: 2 to 100, 16 where it is not given.</summary>
    public int? M { get; init; }

    /// <summary>How many candidates an insert looks at: 4 to 1,000 and at least twice <see cref="M"/>; 64 where it is not given.</summary>
    public int? EfConstruction { get; init; }
}

/// <summary>A metadata field of a collection. An array of values of its type is allowed too.</summary>
public sealed record FieldSettings
{
    /// <summary><c>string</c>, <c>number</c>, <c>boolean</c> or <c>datetime</c> (ISO 8601 in a string).</summary>
    public string? Type { get; init; }

    /// <summary>Whether searches may filter by it; true where it is not given.</summary>
    public bool? Filterable { get; init; }

    /// <summary>Whether searches may count its values; false where it is not given.</summary>
    public bool? Facet { get; init; }
}

/// <summary>A collection and what it holds now.</summary>
/// <param name="Name">The name.</param>
/// <param name="Model">The embedding model's id.</param>
/// <param name="Dimension">The length of an embedding.</param>
/// <param name="Language">The language for lexical search.</param>
/// <param name="ChunkTokens">The most tokens of a chunk.</param>
/// <param name="ChunkOverlap">How many tokens a chunk repeats of the one before.</param>
/// <param name="Documents">How many documents are stored; they are found by lexical search at once.</param>
/// <param name="Chunks">How many chunks are embedded; only these are found by dense search.</param>
/// <param name="Pending">How many documents wait to be embedded.</param>
/// <param name="Failed">How many documents were set aside because they could not be embedded.</param>
/// <param name="CreatedAt">When it was made.</param>
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
    /// <summary>How fields become the text that is searched.</summary>
    public string? TextTemplate { get; init; }

    /// <summary>Where chunks may end: <c>sentence</c> or <c>heading</c>.</summary>
    public string? ChunkBy { get; init; }

    /// <summary>How the vectors are indexed.</summary>
    public IndexSettings? Index { get; init; }

    /// <summary>The declared metadata fields; absent where none is.</summary>
    public IReadOnlyDictionary<string, FieldSettings>? Fields { get; init; }

    /// <summary>What each leg counts in searches that do not say; absent where the collection has no weights of its own.</summary>
    public LegWeights? Weights { get; init; }

    /// <summary>How hybrid search fuses its legs; absent where the collection does not say.</summary>
    public FusionMode? Fusion { get; init; }

    /// <summary>Whether hybrid search reranks; absent where the collection does not say.</summary>
    public RerankMode? Rerank { get; init; }

    /// <summary>How many of the fused candidates are reranked; absent where the collection does not say.</summary>
    public int? RerankDepth { get; init; }

    /// <summary>
    /// Whether the index of the vectors is still to be built, as after a large first load; dense search looks at every vector until then.
    /// </summary>
    public bool IndexPending { get; init; }
}

/// <summary>All collections.</summary>
/// <param name="Collections">The collections, by name.</param>
public sealed record CollectionList(IReadOnlyList<Collection> Collections);
