using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost.Publishing;

/// <summary>The resource limits of a published container.</summary>
/// <param name="Cpus">Cores, as Compose writes them.</param>
/// <param name="Memory">Memory, as Compose writes it: <c>6G</c>.</param>
internal sealed record ContainerLimits(ComposeVariable Cpus, ComposeVariable Memory);

/// <summary>A container's health check.</summary>
/// <param name="Test">The command, in Compose's form: <c>CMD</c> or <c>CMD-SHELL</c> first.</param>
internal sealed record ContainerHealth(params string[] Test)
{
    /// <summary>The interval between two checks.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>The maximum duration of a start.</summary>
    public required TimeSpan StartPeriod { get; init; }

    /// <summary>The number of consecutive failures that make it unhealthy.</summary>
    public required int Retries { get; init; }
}

/// <summary>Settings of a published container that Aspire's graph does not have. Without them the image's defaults apply.</summary>
internal sealed record ContainerSettings : IResourceAnnotation
{
    /// <summary>User and group by number; null for the image's.</summary>
    public string? User { get; init; }

    /// <summary>Whether it has a read-only root and no capabilities.</summary>
    public bool IsLockedDown { get; init; }

    /// <summary>Writable folders in memory, with their options.</summary>
    public IReadOnlyList<string> MemoryFolders { get; init; } = [];

    /// <summary>Shared memory; null for the engine's default.</summary>
    public string? SharedMemory { get; init; }

    /// <summary>The grace period to stop; null for the engine's default.</summary>
    public TimeSpan? StopGrace { get; init; }

    /// <summary>The resource limits; null for none.</summary>
    public ContainerLimits? Limits { get; init; }

    /// <summary>The health check; null if it is ready once started.</summary>
    public ContainerHealth? Health { get; init; }

    /// <summary>The profile that starts it; null if it always starts.</summary>
    public string? Profile { get; init; }

    /// <summary>Whether it has outbound internet access without being reachable.</summary>
    public bool ReachesOut { get; init; }
}
