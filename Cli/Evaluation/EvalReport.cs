using System.Text.Json.Serialization;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary>The result of an evaluation.</summary>
/// <param name="Data">The data set's folder name.</param>
/// <param name="Split">The judgements' split.</param>
/// <param name="Collection">The collection.</param>
/// <param name="Model">The embedding model.</param>
/// <param name="Documents">How many documents the corpus has.</param>
/// <param name="Queries">How many judged queries ran per mode.</param>
/// <param name="Limit">Documents per search.</param>
/// <param name="Concurrency">Concurrent searches.</param>
/// <param name="Indexed">How many documents had to be stored and embedded.</param>
/// <param name="IndexSeconds">How long indexing took, including unchanged documents.</param>
/// <param name="Modes">One row per mode.</param>
internal sealed record EvalReport(
    string Data,
    string Split,
    string Collection,
    string Model,
    long Documents,
    int Queries,
    int Limit,
    int Concurrency,
    long Indexed,
    double IndexSeconds,
    IReadOnlyList<ModeResult> Modes
)
{
    /// <summary>Documents that could not be stored or embedded and are not part of the results.</summary>
    public IReadOnlyList<SkippedDocument> Skipped { get; init; } = [];

    /// <summary>Whether no query failed or was degraded.</summary>
    public bool IsSound => Modes.All(mode => mode is { Failed: 0, Degraded: 0 });
}

/// <summary>One mode's row. A query that failed or was degraded counts 0 in every metric and is left out of the latencies.</summary>
/// <param name="Mode">The mode's name.</param>
/// <param name="NdcgAt10">Mean nDCG@10.</param>
/// <param name="MrrAt10">Mean reciprocal rank in the first 10.</param>
/// <param name="RecallAt100">Mean recall in the first 100.</param>
/// <param name="P50Ms">Median latency of a search, measured by this client.</param>
/// <param name="P95Ms">95th percentile of the latency.</param>
/// <param name="CachedEmbeddings">How many queries had a cached embedding, which shortens the latency.</param>
/// <param name="Failed">How many queries failed.</param>
/// <param name="Degraded">How many answers lacked a leg or the reranking of the mode.</param>
/// <param name="FirstProblem">The first failure or degradation.</param>
internal sealed record ModeResult(
    string Mode,
    [property: JsonPropertyName("ndcg_at_10")] double NdcgAt10,
    [property: JsonPropertyName("mrr_at_10")] double MrrAt10,
    [property: JsonPropertyName("recall_at_100")] double RecallAt100,
    [property: JsonPropertyName("p50_ms")] double P50Ms,
    [property: JsonPropertyName("p95_ms")] double P95Ms,
    int CachedEmbeddings,
    int Failed,
    int Degraded,
    string? FirstProblem
)
{
    /// <summary>How many answers were reranked.</summary>
    public int Reranked { get; init; }

    /// <summary>How legs were fused; null for a single leg.</summary>
    public FusionOutcome? Fusion { get; init; }
}
