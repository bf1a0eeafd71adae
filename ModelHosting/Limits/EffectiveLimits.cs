using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.ModelHosting.Limits;

/// <summary>What the process may use, as it is and not as it was asked for.</summary>
/// <param name="Cores">The cores it may run on.</param>
/// <param name="Processors">How many of them .NET counts on.</param>
/// <param name="Workers">How many single-threaded model runs go side by side.</param>
/// <param name="ServerGc">Whether the garbage collector has a heap for each processor.</param>
/// <param name="HeapLimitBytes">The most bytes of managed memory.</param>
/// <param name="ModelMemoryBytes">The budget of loaded models; 0: none.</param>
/// <param name="EngineMemoryBytes">The bound on weights and runs together; 0: none.</param>
public sealed record EffectiveLimits(
    IReadOnlyList<int> Cores, int Processors, int Workers, bool ServerGc, long HeapLimitBytes, long ModelMemoryBytes, long EngineMemoryBytes)
{
    internal static EffectiveLimits Of(InferenceOptions options, EngineStatus status) => new(
        CoreAffinity.Allowed,
        Environment.ProcessorCount,
        status.Workers,
        System.Runtime.GCSettings.IsServerGC,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        options.MemoryMegabytes * 1024L * 1024L,
        EngineMemory.Limit);
}
