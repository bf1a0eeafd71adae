using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Search;

/// <summary>Which legs find candidates.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SearchMode>))]
public enum SearchMode
{
    /// <summary>BM25 and dense vectors, fused.</summary>
    [JsonStringEnumMemberName("hybrid")]
    Hybrid,

    /// <summary>BM25 alone.</summary>
    [JsonStringEnumMemberName("lexical")]
    Lexical,

    /// <summary>Dense vectors alone.</summary>
    [JsonStringEnumMemberName("dense")]
    Dense,
}

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
}

/// <summary>A search.</summary>
public sealed record SearchRequest
{
    /// <summary>What is looked for, in words.</summary>
    public string? Query { get; init; }

    /// <summary>How many documents to return: 1 to 1,000, 20 where not given.</summary>
    public int? Limit { get; init; }

    /// <summary>Which legs find candidates; hybrid where not given.</summary>
    public SearchMode? Mode { get; init; }

    /// <summary>Whether the best candidates are reranked; always where not given and the mode is hybrid, never otherwise.</summary>
    public RerankMode? Rerank { get; init; }

    /// <summary>How many of the fused candidates the reranker scores.</summary>
    public int? RerankDepth { get; init; }
}

/// <summary>The answer to a search.</summary>
/// <param name="Results">The documents, best first.</param>
/// <param name="Metadata">How the answer came about.</param>
public sealed record SearchResponse(IReadOnlyList<SearchHit> Results, SearchMetadata Metadata);

/// <summary>A found document.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Score">The final score; comparable inside one answer only.</param>
/// <param name="Title">The title.</param>
/// <param name="Text">The document's best chunk.</param>
/// <param name="Metadata">The metadata object.</param>
/// <param name="Explain">What each leg contributed.</param>
public sealed record SearchHit(string Id, double Score, string? Title, string Text, JsonElement? Metadata, HitExplanation Explain);

/// <summary>What each leg contributed to a score; a leg that did not see the document is absent.</summary>
/// <param name="Lexical">BM25.</param>
/// <param name="Dense">Cosine similarity of the best chunk.</param>
/// <param name="Rerank">The reranker's logit.</param>
public sealed record HitExplanation(LegScore? Lexical, LegScore? Dense, LegScore? Rerank);

/// <summary>One leg's part of a score.</summary>
/// <param name="Rank">The rank in this leg, from 1; absent where the leg scored the document without finding it by itself.</param>
/// <param name="Score">The leg's own score.</param>
/// <param name="Contribution">What it added to the final score after normalisation and weight.</param>
public sealed record LegScore(int? Rank, double Score, double Contribution);

/// <summary>How an answer came about.</summary>
/// <param name="Count">How many results are returned.</param>
/// <param name="Mode">Which legs were asked for.</param>
/// <param name="Rerank">Whether the reranker was applied and, if not, why.</param>
/// <param name="Degraded">What was left out because a part of the platform did not answer, in words; empty when all is well.</param>
/// <param name="Timings">Milliseconds per step.</param>
public sealed record SearchMetadata(
    int Count, SearchMode Mode, RerankOutcome Rerank, IReadOnlyList<string> Degraded, SearchTimings Timings);

/// <summary>Whether the reranker was applied.</summary>
/// <param name="Applied">Whether its scores are part of the order.</param>
/// <param name="Reason">Why not.</param>
/// <param name="Candidates">How many documents it scored.</param>
public sealed record RerankOutcome(bool Applied, string? Reason, int Candidates);

/// <summary>Milliseconds per step; a step that did not run is 0. Lexical runs beside embed and dense.</summary>
/// <param name="Embed">Embedding the query, or finding it in the cache.</param>
/// <param name="EmbedCached">Whether the query's embedding came from the cache.</param>
/// <param name="Lexical">BM25.</param>
/// <param name="Dense">The vector index.</param>
/// <param name="Fusion">Scoring the pool and fusing it.</param>
/// <param name="Rerank">The reranker.</param>
/// <param name="Total">From the parsed request to the finished answer.</param>
public sealed record SearchTimings(
    double Embed, bool EmbedCached, double Lexical, double Dense, double Fusion, double Rerank, double Total);
