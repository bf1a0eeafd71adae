using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Analysis;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>A collection's row.</summary>
/// <param name="Tenant">The owner; empty for the unnamed tenant.</param>
internal sealed record CollectionRecord(
    long Id,
    string Tenant,
    string Name,
    string Language,
    int ChunkTokens,
    int ChunkOverlap,
    StoredSettings Settings,
    EmbeddingSpace Space,
    DateTimeOffset CreatedAt
)
{
    /// <summary>The data version at the time of the read; every transaction that writes to the collection increments it.</summary>
    public long Version { get; init; }

    /// <summary>
    /// The primary's timeline before the read, if there are several hosts: a promotion that loses commits makes versions repeat.
    /// </summary>
    public uint? Timeline { get; init; }

    /// <summary>The version of the text analysis that all documents were indexed with.</summary>
    public int AnalyzerVersion { get; init; } = TextAnalyzer.Version;

    /// <summary>Turns texts and queries into terms.</summary>
    public TextAnalyzer Analyzer => TextAnalyzer.For(Language, Settings.FoldAccents ?? true);

    /// <summary>The size of the vector table at the time of the read, in bytes.</summary>
    public long VectorBytes { get; init; }

    /// <summary>Whether the vectors had an HNSW index at the time of the read.</summary>
    public bool IsIndexed { get; init; }

    public TextTemplate Template => Settings.Template;

    /// <summary>The declared metadata fields; null if none is declared, so that every field can be filtered by.</summary>
    public IReadOnlyDictionary<string, FieldSettings>? Fields => Settings.Fields is { Count: > 0 } fields ? fields : null;
}

/// <summary>The vectors of one collection, made by one model.</summary>
/// <param name="Revision">The revision of the model's weights.</param>
/// <param name="Type">The PostgreSQL type, <c>halfvec</c> or <c>vector</c>; safe to write into SQL.</param>
internal sealed record EmbeddingSpace(long Id, string Model, string Revision, int Dimension, string Type = EmbeddingSpace.HalfVector)
{
    /// <summary>
    /// Twice as many take twice as long to build and barely improve recall: on 112,000 chunks of use-lite, recall@10 is .991 with
    /// this and .993 with 128 at a search width of 1,000, and .957 and .963 at 250.
    /// </summary>
    public const int DefaultEfConstruction = 64;

    /// <summary>16 bits per number.</summary>
    public const string HalfVector = "halfvec";

    /// <summary>32 bits per number.</summary>
    public const string Vector = "vector";

    /// <summary>The table of the vectors; derived from a number, so safe to write into SQL.</summary>
    public string Table => TableOf(Id);

    /// <summary>The number of connections per HNSW node.</summary>
    public int M { get; init; } = 16;

    /// <summary>The candidate list size of inserts into the HNSW index.</summary>
    public int EfConstruction { get; init; } = DefaultEfConstruction;

    public static string TableOf(long id) => FormattableString.Invariant($"embedding_{id}");
}

/// <summary>The resolved settings of a new collection; its space has no id yet.</summary>
internal sealed record NewCollection(
    string Tenant,
    string Name,
    string Language,
    int ChunkTokens,
    int ChunkOverlap,
    StoredSettings Settings,
    EmbeddingSpace Space
);
