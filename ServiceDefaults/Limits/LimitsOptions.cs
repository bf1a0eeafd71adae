using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.ServiceDefaults.Limits;

/// <summary>What a request may weigh; bound from the configuration section <c>Limits</c>.</summary>
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
}
