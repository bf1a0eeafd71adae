using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>Configuration section <c>Limits</c>.</summary>
public sealed class LimitsOptions
{
    public const string SectionName = "Limits";

    /// <summary>The most bytes of a request body; a longer one is 413. Streams have no limit.</summary>
    [Range(1_024, 1_073_741_824)]
    public long MaxBodyBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>Time for running requests to finish during shutdown before they are cancelled.</summary>
    [Range(0, 3600)]
    public double DrainSeconds { get; set; } = 20;

    /// <summary>The minimum rate of a body; a slower one is 408. 0 disables the check.</summary>
    [Range(0, 1_000_000)]
    public double MinBodyBytesPerSecond { get; set; } = 240;

    /// <summary>The grace period before <see cref="MinBodyBytesPerSecond"/> applies.</summary>
    [Range(1.5, 3600)]
    public double SlowBodySeconds { get; set; } = 5;

    /// <summary>The most concurrent requests, probes excluded; further ones are 429. 0 disables the limit.</summary>
    [Range(0, 1_000_000)]
    public int MaxConcurrentRequests { get; set; } = 1_000;
}
