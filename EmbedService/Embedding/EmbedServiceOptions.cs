using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>Configuration section <c>Embed</c>.</summary>
public sealed class EmbedServiceOptions
{
    public const string SectionName = "Embed";

    /// <summary>The most texts of one request: the answer can be a thousand times as long as the request. Streams have no limit.</summary>
    [Range(1, 1_000_000)]
    public int MaxTexts { get; set; } = 10_000;

    /// <summary>Timeout of interactive requests, queueing included; then 504. 0 disables it. Bulk work has no timeout.</summary>
    [Range(0, 3600)]
    public double InteractiveSeconds { get; set; } = 60;

    /// <summary>
    /// The most tokens of a request for one vector per token: those of a long text take as much memory as thousands of embeddings.
    /// </summary>
    [Range(1, 10_000_000)]
    public int MaxTokenVectors { get; set; } = 16_384;
}
