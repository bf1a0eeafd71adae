using System.Text.Json.Serialization;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary>What an evaluation measured.</summary>
/// <param name="Data">The data set's folder name.</param>
/// <param name="Split">Which judgements.</param>
/// <param name="Collection">Where it was indexed.</param>
/// <param name="Model">The embedding model.</param>
/// <param name="Documents">How many documents the corpus has.</param>
/// <param name="Queries">How many judged queries were asked per mode.</param>
/// <param name="Limit">How many documents each search asked for.</param>
/// <param name="Concurrency">How many searches ran side by side.</param>
/// <param name="Indexed">How many documents had to be stored and embedded.</param>
/// <param name="IndexSeconds">How long that took, checking included.</param>
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
    /// <summary>Documents that could not be stored or embedded: the numbers stand on the others.</summary>
    public IReadOnlyList<SkippedDocument> Skipped { get; init; } = [];

    /// <summary>Whether every number stands on good answers alone.</summary>
    public bool IsSound => Modes.All(mode => mode is { Failed: 0, Degraded: 0 });
}

/// <summary>One mode's row. A query that failed or was degraded counts 0 in every metric and is left out of the latencies.</summary>
/// <param name="Mode">The mode's name.</param>
/// <param name="NdcgAt10">Mean nDCG@10.</param>
/// <param name="MrrAt10">Mean reciprocal rank in the first 10.</param>
/// <param name="RecallAt100">Mean recall in the first 100.</param>
/// <param name="P50Ms">Median wall time of a search, seen from here.</param>
/// <param name="P95Ms">95th percentile of the same.</param>
/// <param name="CachedEmbeddings">How many queries found their embedding in the cache, which shortens the latency.</param>
/// <param name="Failed">How many queries got no answer.</param>
/// <param name="Degraded">How many answers lacked a part that the mode is about.</param>
/// <param name="FirstProblem">The first failure or degradation, in words.</param>
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
    /// <summary>How many answers the reranker had a part in.</summary>
    public int Reranked { get; init; }

    /// <summary>How legs were fused; absent where a single one was searched.</summary>
    public FusionOutcome? Fusion { get; init; }
}
