using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.ModelServiceDefaults.Limits;

/// <summary>The limits that are in effect, which may differ from the configured ones.</summary>
/// <param name="Processors">.NET's processor count.</param>
/// <param name="Workers">Parallel single-threaded model runs.</param>
/// <param name="ModelMemoryBytes">The budget of loaded models; 0 means no limit.</param>
/// <param name="EngineMemoryBytes">The limit of weights and runs together; 0 means no limit.</param>
public sealed record EffectiveLimits(
    IReadOnlyList<int> Cores,
    int Processors,
    int Workers,
    bool ServerGc,
    long HeapLimitBytes,
    long ModelMemoryBytes,
    long EngineMemoryBytes
)
{
    internal static EffectiveLimits From(InferenceOptions options, EngineStatus status) =>
        new(
            CoreAffinity.Allowed,
            Environment.ProcessorCount,
            status.Workers,
            System.Runtime.GCSettings.IsServerGC,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            options.MemoryMegabytes * 1024L * 1024L,
            EngineMemoryLimit.Limit
        );
}
