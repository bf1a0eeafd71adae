namespace EmbedPlatform.Client.Search;

/// <summary>What a collection is made of; every part has a default.</summary>
public sealed record CollectionSettings
{
    /// <summary>The language of the texts for lexical search, as PostgreSQL names it; <c>simple</c> neither stems nor drops stop words.</summary>
    public string? Language { get; init; }

    /// <summary>The most tokens of a chunk; the embedding model's limit where it is not given.</summary>
    public int? ChunkTokens { get; init; }

    /// <summary>How many tokens a chunk repeats of the one before.</summary>
    public int? ChunkOverlap { get; init; }
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
    DateTimeOffset CreatedAt);

/// <summary>All collections.</summary>
/// <param name="Collections">The collections, by name.</param>
public sealed record CollectionList(IReadOnlyList<Collection> Collections);
