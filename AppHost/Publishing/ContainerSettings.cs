using Aspire.Hosting.ApplicationModel;

namespace EmbedPlatform.AppHost.Publishing;

/// <summary>What a published container may use.</summary>
/// <param name="Cpus">Cores, as Compose writes them.</param>
/// <param name="Memory">Memory, as Compose writes it: <c>6G</c>.</param>
internal sealed record ContainerLimits(ComposeVariable Cpus, ComposeVariable Memory);

/// <summary>How a container is asked whether it is ready.</summary>
/// <param name="Test">The command, in Compose's form: <c>CMD</c> or <c>CMD-SHELL</c> first.</param>
internal sealed record ContainerHealth(params string[] Test)
{
    /// <summary>Time between two questions.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>How long a start may take.</summary>
    public required TimeSpan StartPeriod { get; init; }

    /// <summary>So many refusals in a row make it unhealthy.</summary>
    public required int Retries { get; init; }
}

/// <summary>What Aspire's graph has no words for: how a published container runs. A container without it runs with its image's defaults.</summary>
internal sealed record ContainerSettings : IResourceAnnotation
{
    /// <summary>User and group by number; null: the image's.</summary>
    public string? User { get; init; }

    /// <summary>Whether it has a read-only root and no capabilities.</summary>
    public bool IsLockedDown { get; init; }

    /// <summary>Writable folders in memory, with their options.</summary>
    public IReadOnlyList<string> MemoryFolders { get; init; } = [];

    /// <summary>Memory that its processes share; null: the engine's default.</summary>
    public string? SharedMemory { get; init; }

    /// <summary>How long it may take to end; null: the engine's default.</summary>
    public TimeSpan? StopGrace { get; init; }

    /// <summary>What it may use; null: everything.</summary>
    public ContainerLimits? Limits { get; init; }

    /// <summary>How it is asked whether it is ready; null: it is ready once it has started.</summary>
    public ContainerHealth? Health { get; init; }

    /// <summary>The profile that starts it; null: it always starts.</summary>
    public string? Profile { get; init; }

    /// <summary>Whether it reaches the internet without being open to it.</summary>
    public bool ReachesOut { get; init; }
}
