using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>What a request may ask for; bound from the configuration section <c>Embed</c>.</summary>
public sealed class EmbedServiceOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "Embed";

    /// <summary>The most texts of one request: short texts make an answer a thousand times as long as the request. A stream of lines has no limit.</summary>
    [Range(1, 1_000_000)]
    public int MaxTexts { get; set; } = 10_000;

    /// <summary>How many seconds interactive work may take, waiting included, before it is dropped with 504; 0: as long as the caller waits. Bulk work has no limit.</summary>
    [Range(0, 3600)]
    public double InteractiveSeconds { get; set; } = 60;

    /// <summary>The most tokens of a request that asks for a vector per token: those of a long text weigh as much as thousands of embeddings.</summary>
    [Range(1, 10_000_000)]
    public int MaxTokenVectors { get; set; } = 16_384;
}
