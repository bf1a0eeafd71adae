using System.ComponentModel.DataAnnotations;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Search.Legs;
using EmbedPlatform.SearchApi.Search.Ranking;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>How a search runs (section <c>Search</c>).</summary>
internal sealed class SearchOptions
{
    /// <summary>How many candidates each leg finds; at least as many as results are asked for.</summary>
    [Range(10, 1000)]
    public int LegDepth { get; set; } = 100;

    /// <summary>How many fused candidates are reranked where neither option nor models say it.</summary>
    public const int DefaultRerankDepth = 200;

    /// <summary>
    /// How many fused candidates are reranked where neither request nor collection says it, else what is known of the models; fewer where
    /// they would take longer
    /// than half of the time out.
    /// </summary>
    [Range(1, 1000)]
    public int? RerankDepth { get; set; }

    /// <summary>
    /// How many characters of a document the reranker reads: of its beginning and, where the document is longer, around its best chunk.
    /// </summary>
    [Range(100, 100_000)]
    public int PassageLength { get; set; } = 1_000;

    /// <summary>How long the reranker may take before the fused order is returned.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:05:00")]
    public TimeSpan RerankTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the query's embedding may take before the search goes on without it.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:05:00")]
    public TimeSpan EmbedTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How wide the HNSW index searches (pgvector's <c>hnsw.ef_search</c>).</summary>
    [Range(10, 1000)]
    public int EfSearch { get; set; } = 250;

    /// <summary>The same where vectors alone decide: what the index misses there, no other leg finds.</summary>
    [Range(10, 1000)]
    public int DenseEfSearch { get; set; } = 1_000;

    /// <summary>How long a query's embedding is kept in Redis.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan CacheTime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long Redis may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan CachePatience { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Up to how many documents that satisfy a filter are scored one by one, instead of through the indexes.</summary>
    [Range(0, 100_000)]
    public int ExactDocuments { get; set; } = 5_000;

    /// <summary>
    /// Vectors of a collection up to this many megabytes are compared one by one: a graph of few vectors can lose some, and they are as
    /// quickly compared.
    /// </summary>
    [Range(0, 10_000)]
    public int ExactMegabytes { get; set; } = 8;

    /// <summary>
    /// How many megabytes the postings of frequent words may take in memory, of collections that nobody writes to at the time; 0: the
    /// database adds up all scores.
    /// </summary>
    [Range(0, 100_000)]
    public int PostingMegabytes { get; set; } = 64;

    /// <summary>The constants of BM25.</summary>
    [Required]
    public Bm25Options Bm25 { get; set; } = new();

    /// <summary>How hybrid search fuses where neither request nor collection says it; where not given as is known of the models.</summary>
    public FusionMode? Fusion { get; set; }

    /// <summary>The k of reciprocal rank fusion.</summary>
    [Range(1, 1000)]
    public int RrfConstant { get; set; } = 60;

    /// <summary>Whether hybrid search reranks where neither request nor collection says it.</summary>
    public RerankMode Rerank { get; set; } = RerankMode.Auto;

    /// <summary>How many documents of a ranking can be paged through by a cursor, in modes of a single leg.</summary>
    [Range(100, 100_000)]
    public int PageWindow { get; set; } = 10_000;

    /// <summary>How long a cursor leads on.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan CursorTime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an answer may be kept in Redis; a write to the collection ends it at once. 0 keeps none.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ResultCacheTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Weights without a reranker, each from 0 to 100; where not given what is known of the models.</summary>
    public LegWeights? Fused { get; set; }

    /// <summary>Weights with a reranker, each from 0 to 100; where not given what is known of the models.</summary>
    public LegWeights? Reranked { get; set; }

    /// <summary>Whether all weights that are given are in their range.</summary>
    public bool HasSoundWeights =>
        new[] { Fused, Reranked }
            .SelectMany(weights => SearchLegs.All.Select(leg => weights?[leg]))
            .All(weight => weight is null or (>= 0 and <= 100));
}

/// <summary>The constants of BM25.</summary>
internal sealed class Bm25Options
{
    /// <summary>How soon more occurrences stop to count.</summary>
    [Range(0.0, 10.0)]
    public double K1 { get; set; } = 0.9;

    /// <summary>How much a long document is held back: 0 not at all, 1 in proportion to its length.</summary>
    [Range(0.0, 1.0)]
    public double B { get; set; } = 0.4;
}
