using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>Configuration section <c>Rerank</c>.</summary>
public sealed class RerankServiceOptions
{
    public const string SectionName = "Rerank";

    /// <summary>The most documents of one request.</summary>
    [Range(1, 1_000_000)]
    public int MaxDocuments { get; set; } = 10_000;

    /// <summary>Timeout of a request, queueing included; then 504. 0 disables it.</summary>
    [Range(0, 3600)]
    public double DeadlineSeconds { get; set; } = 60;

    /// <summary>The most windows of a long document. The rest is not read, and the answer reports the truncation.</summary>
    [Range(1, 10_000)]
    public int MaxWindows { get; set; } = 64;

    /// <summary>The tokens that neighbouring windows share; at most half a window.</summary>
    [Range(0, 10_000)]
    public int WindowOverlap { get; set; } = 64;

    internal TimeSpan? Deadline => DeadlineSeconds > 0 ? TimeSpan.FromSeconds(DeadlineSeconds) : null;
}
