using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>What a request may ask for; bound from the configuration section <c>Rerank</c>.</summary>
public sealed class RerankServiceOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "Rerank";

    /// <summary>The most documents of one request.</summary>
    [Range(1, 1_000_000)]
    public int MaxDocuments { get; set; } = 10_000;

    /// <summary>How many seconds a request may take, waiting included, before it is dropped with 504; 0: as long as the caller waits.</summary>
    [Range(0, 3600)]
    public double DeadlineSeconds { get; set; } = 60;

    /// <summary>The most windows that a long document is cut into; what lies behind them is not read, and the answer says so.</summary>
    [Range(1, 10_000)]
    public int MaxWindows { get; set; } = 64;

    /// <summary>How many tokens two neighbouring windows share; at most half a window.</summary>
    [Range(0, 10_000)]
    public int WindowOverlap { get; set; } = 64;

    internal TimeSpan? Deadline => DeadlineSeconds > 0 ? TimeSpan.FromSeconds(DeadlineSeconds) : null;
}
