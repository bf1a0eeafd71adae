using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.SearchApi.Searching;

/// <summary>How a search runs (section <c>Search</c>).</summary>
internal sealed class SearchOptions
{
    /// <summary>How many candidates each leg finds; at least as many as results are asked for.</summary>
    [Range(10, 1000)]
    public int LegDepth { get; set; } = 100;

    /// <summary>How many fused candidates are reranked where the request does not say.</summary>
    [Range(1, 1000)]
    public int RerankDepth { get; set; } = 50;

    /// <summary>How long the reranker may take before the fused order is returned.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:05:00")]
    public TimeSpan RerankTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the query's embedding may take before the search goes on without it.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:05:00")]
    public TimeSpan EmbedTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How wide the HNSW index searches (pgvector's <c>hnsw.ef_search</c>).</summary>
    [Range(10, 1000)]
    public int EfSearch { get; set; } = 200;

    /// <summary>How long a query's embedding is kept in Redis.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan CacheTime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long Redis may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan CachePatience { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Weights without a reranker, measured for use-lite.</summary>
    [Required]
    public FusionWeights Fused { get; set; } = new() { Lexical = 1, Dense = 0.5 };

    /// <summary>Weights with a reranker, measured for use-lite and mini-rerank.</summary>
    [Required]
    public FusionWeights Reranked { get; set; } = new() { Lexical = 1, Dense = 0.25, Rerank = 1 };
}

/// <summary>What a standard deviation of each leg counts.</summary>
internal sealed class FusionWeights
{
    /// <summary>The weight of BM25.</summary>
    [Range(0, 100)]
    public double Lexical { get; set; }

    /// <summary>The weight of the cosine similarity.</summary>
    [Range(0, 100)]
    public double Dense { get; set; }

    /// <summary>The weight of the reranker's logit.</summary>
    [Range(0, 100)]
    public double Rerank { get; set; }
}
