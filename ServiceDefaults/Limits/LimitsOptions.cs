using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.ServiceDefaults.Limits;

/// <summary>What a request may weigh and how long it may take to come; bound from the configuration section <c>Limits</c>.</summary>
public sealed class LimitsOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = "Limits";

    /// <summary>The most bytes of a request body; a longer one answers 413. Streamed routes have no limit.</summary>
    [Range(1_024, 1_073_741_824)]
    public long MaxBodyBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>How many seconds running requests may go on after the service was told to end, before they are cancelled.</summary>
    [Range(0, 3600)]
    public double DrainSeconds { get; set; } = 20;

    /// <summary>The fewest bytes a second of a body; one that comes more slowly answers 408. 0: any pace will do.</summary>
    [Range(0, 1_000_000)]
    public double MinBodyBytesPerSecond { get; set; } = 240;

    /// <summary>After how many seconds of a body its pace counts.</summary>
    [Range(1.5, 3600)]
    public double SlowBodySeconds { get; set; } = 5;

    /// <summary>The most requests that are read or answered at a time, probes left out; one more answers 429. 0: any number.</summary>
    [Range(0, 1_000_000)]
    public int MaxConcurrentRequests { get; set; } = 1_000;
}
