using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>Configuration section <c>Embed</c>.</summary>
public sealed class EmbedServiceOptions
{
    public const string SectionName = "Embed";

    /// <summary>
    /// The maximum number of texts per request, whose response can be a thousand times as long. A stream of lines has no limit.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxTexts { get; set; } = 10_000;

    /// <summary>
    /// Seconds until an interactive request fails with 504, queueing included; 0 disables the limit. Bulk requests have none.
    /// </summary>
    [Range(0, 3600)]
    public double InteractiveDeadlineSeconds { get; set; } = 60;

    /// <summary>
    /// The maximum number of tokens per request for one vector per token (<c>/embed_all</c>, <c>outputs</c> with <c>colbert</c>): those of
    /// a long text take as much memory as thousands of embeddings.
    /// </summary>
    [Range(1, 10_000_000)]
    public int MaxTokenVectors { get; set; } = 16_384;
}
