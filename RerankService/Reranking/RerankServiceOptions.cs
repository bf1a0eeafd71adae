using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>Configuration section <c>Rerank</c>.</summary>
public sealed class RerankServiceOptions
{
    public const string SectionName = "Rerank";

    /// <summary>The maximum number of documents per request.</summary>
    [Range(1, 1_000_000)]
    public int MaxDocuments { get; set; } = 10_000;

    /// <summary>Seconds until a request fails with 504, queueing included; 0 disables the limit.</summary>
    [Range(0, 3600)]
    public double DeadlineSeconds { get; set; } = 60;

    /// <summary>The maximum number of windows per long document. The text behind them is not read, and the response reports it.</summary>
    [Range(1, 10_000)]
    public int MaxWindows { get; set; } = 64;

    /// <summary>The number of tokens that neighbouring windows share; at most half a window.</summary>
    [Range(0, 10_000)]
    public int WindowOverlap { get; set; } = 64;

    internal TimeSpan? Deadline => DeadlineSeconds > 0 ? TimeSpan.FromSeconds(DeadlineSeconds) : null;
}
