using System.ComponentModel.DataAnnotations;

namespace EmbedPlatform.AppHost.Services;

/// <summary>Limits of one model service.</summary>
internal sealed class ServiceLimits
{
    /// <summary>Up to this number of cores, both services share all of them, which uses them better than a fixed split.</summary>
    private const int TooFewToDivide = 7;

    /// <summary>The minimum memory for the default models.</summary>
    private const int LeastMegabytes = 2048;

    /// <summary>
    /// The number of the service's cores: sets its affinity, <c>DOTNET_PROCESSOR_COUNT</c> and the number of parallel model runs.
    /// </summary>
    /// <value>from 8 cores on 6/16 (EmbedService) or 4/16 (RerankService) of them, else all</value>
    [Range(1, 1024)]
    public int Cores { get; set; }

    /// <summary>
    /// The service's memory: a quarter limits the managed heap (<c>DOTNET_GCHeapHardLimit</c>), six tenths are the budget of loaded models,
    /// the rest that of their runs. 0 for no limit.
    /// </summary>
    /// <value>3/8 (EmbedService, at most 6144) or 1/4 (RerankService, at most 4096) of the memory, at least 2048</value>
    [Range(0, 10_000_000)]
    public int MemoryMegabytes { get; set; }

    /// <summary>Six of sixteen cores and 6 GB.</summary>
    public static ServiceLimits Embedding(Machine machine) => Part(machine, 6.0 / 16, 6144);

    /// <summary>Four of sixteen cores and 4 GB.</summary>
    public static ServiceLimits Reranking(Machine machine) => Part(machine, 4.0 / 16, 4096);

    /// <summary>
    /// The limits of one of several replicas: an equal part of the cores (rounded down, at least one) and of the memory (at least the
    /// minimum, because each replica loads its own models).
    /// </summary>
    /// <param name="replicas">How many there are.</param>
    public ServiceLimits Share(int replicas) =>
        new()
        {
            Cores = Math.Max(1, Cores / replicas),
            MemoryMegabytes = Math.Max(Math.Min(LeastMegabytes, MemoryMegabytes), MemoryMegabytes / replicas),
        };

    private static ServiceLimits Part(Machine machine, double part, int mostMegabytes) =>
        new()
        {
            Cores = machine.Cores <= TooFewToDivide ? machine.Cores : Math.Max(1, (int)Math.Round(machine.Cores * part)),
            MemoryMegabytes = Math.Clamp((int)(machine.Megabytes * part), LeastMegabytes, mostMegabytes),
        };
}
