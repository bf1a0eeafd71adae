using System.ComponentModel.DataAnnotations;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Search.Legs;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.SearchApi.Search.Typing;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Options of searches (section <c>Search</c>).</summary>
internal sealed class SearchOptions
{
    public const string SectionName = "Search";

    /// <summary>The number of candidates per leg that a hybrid search fuses.</summary>
    [Range(10, 1000)]
    public int LegDepth { get; set; } = 100;

    /// <summary>The number of fused candidates to rerank if neither the options nor the models' measurements set it.</summary>
    public const int DefaultRerankDepth = 50;

    /// <summary>
    /// The number of fused candidates to rerank if neither the request nor the collection sets it; fewer if the query has more than 200
    /// characters.
    /// </summary>
    /// <value>that of the pair of models in models/catalog.json, else 50</value>
    [Range(1, 1000)]
    public int? RerankDepth { get; set; }

    /// <summary>
    /// The number of characters per passage to rerank: the document's beginning and, in a longer document, the best chunk's
    /// surroundings.
    /// </summary>
    [Range(100, 100_000)]
    public int PassageLength { get; set; } = 1_000;

    /// <summary>
    /// The timeout of a reranker that does not respond; after it, the fused order is returned. A request sets its own limit with
    /// <c>timeout_ms</c>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:05:00")]
    public TimeSpan RerankTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The timeout of embedding the query, after which the search continues without the dense leg, and of reading the models' fusion
    /// weights.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:05:00")]
    public TimeSpan EmbedTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The search width of the HNSW index in hybrid mode (pgvector's <c>hnsw.ef_search</c>).</summary>
    [Range(10, 1000)]
    public int EfSearch { get; set; } = 250;

    /// <summary>
    /// The search width of the HNSW index if vectors alone decide (mode <c>dense</c>, similar documents), because no other leg finds what
    /// the index misses.
    /// </summary>
    [Range(10, 1000)]
    public int DenseEfSearch { get; set; } = 1_000;

    /// <summary>The time to live of a query's embedding in Redis.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan CacheTimeToLive { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The timeout of Redis.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan CacheTimeout { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The maximum number of documents matching a filter that are scored one by one instead of through the indexes.</summary>
    [Range(0, 100_000)]
    public int ExactDocuments { get; set; } = 5_000;

    /// <summary>
    /// The maximum size of a collection's vectors that are compared one by one instead of through the index: a small graph can lose vectors
    /// and is no faster.
    /// </summary>
    [Range(0, 10_000)]
    public int ExactMegabytes { get; set; } = 8;

    /// <summary>
    /// The memory for posting lists of recently searched words in collections that are not being written to (16 bytes per document with the
    /// word); 0 leaves all scoring to the database.
    /// </summary>
    [Range(0, 100_000)]
    public int PostingMegabytes { get; set; } = 64;

    [Required]
    public Bm25Options Bm25 { get; set; } = new();

    [Required]
    public TypoOptions Typo { get; set; } = new();

    /// <summary>
    /// The fusion of hybrid searches if neither the request nor the collection sets it.
    /// </summary>
    /// <value>that of the pair of models in models/catalog.json, else <c>score</c></value>
    public FusionMode? Fusion { get; set; }

    /// <summary>The k of reciprocal rank fusion.</summary>
    [Range(1, 1000)]
    public int RrfConstant { get; set; } = 60;

    /// <summary>
    /// Whether hybrid searches rerank if neither the request nor the collection sets it; <c>auto</c> reranks if the pair of models is
    /// <see href="search.md#when-to-rerank">measured to gain</see>.
    /// </summary>
    public RerankMode Rerank { get; set; } = RerankMode.Auto;

    /// <summary>The maximum number of documents that pages reach.</summary>
    [Range(1_000, 100_000)]
    public int PageWindow { get; set; } = 10_000;

    /// <summary>The lifetime of a cursor.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan CursorTimeToLive { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// The time to live of a response in Redis; a write to the collection invalidates it at once. <c>00:00:00</c> disables the cache.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ResultCacheTimeToLive { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The weight of a leg without a reranker, from 0 to 100.</summary>
    /// <value>that of the <see href="search.md#weights-by-pair-of-models">pair of models</see> in models/catalog.json, else 1</value>
    public LegWeights? Fused { get; set; }

    /// <summary>The weight of a leg with a reranker, from 0 to 100.</summary>
    /// <value>that of the pair of models in models/catalog.json, else 1</value>
    public LegWeights? Reranked { get; set; }

    /// <summary>Whether all given weights are in range.</summary>
    public bool HasSoundWeights =>
        new[] { Fused, Reranked }
            .SelectMany(weights => SearchLegs.All.Select(leg => weights?[leg]))
            .All(weight => weight is null or (>= 0 and <= 100));
}

/// <summary>The constants of BM25.</summary>
internal sealed class Bm25Options
{
    /// <summary>The saturation of term frequency (k1): higher values let repeated terms count for more.</summary>
    [Range(0.0, 10.0)]
    public double K1 { get; set; } = 0.9;

    /// <summary>The length normalisation (b): 0 for none, 1 for full.</summary>
    [Range(0.0, 1.0)]
    public double B { get; set; } = 0.4;
}
