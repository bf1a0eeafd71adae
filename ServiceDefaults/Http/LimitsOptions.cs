using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.ServiceDefaults.Http;

/// <summary>Configuration section <c>Limits</c>.</summary>
public sealed class LimitsOptions
{
    public const string SectionName = "Limits";

    /// <summary>The maximum size of a JSON body in bytes; a longer one gets 413. NDJSON uploads have no limit.</summary>
    [Range(1_024, 1_073_741_824)]
    public long MaxBodyBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>
    /// Seconds that running requests have to finish during shutdown before they are cancelled. The AppHost sets 4 on one machine.
    /// </summary>
    [Range(0, 3600)]
    public double DrainSeconds { get; set; } = 20;

    /// <summary>The minimum rate of a body in bytes per second; a slower one gets 408. 0 disables the check.</summary>
    [Range(0, 1_000_000)]
    public double MinBodyBytesPerSecond { get; set; } = 240;

    /// <summary>Seconds of grace before <see cref="MinBodyBytesPerSecond"/> applies.</summary>
    [Range(1.5, 3600)]
    public double BodyGraceSeconds { get; set; } = 5;

    /// <summary>
    /// The maximum number of concurrent requests, except <c>/health</c>, <c>/alive</c> and <c>/metrics</c>; further ones get 429. 0 for no
    /// limit.
    /// </summary>
    [Range(0, 1_000_000)]
    public int MaxConcurrentRequests { get; set; } = 1_000;
}
