using EmbedPlatform.Inference.Execution.Scheduling;

namespace EmbedPlatform.Inference.Execution;

/// <summary>The number of threads for a single text, which needs a second copy of the model in memory.</summary>
internal static class SingleTextParallelism
{
    /// <summary>A query is short: with more threads than this, synchronisation costs more than it gains.</summary>
    private const int Most = 4;

    /// <summary>Both copies of a model may take one part in this many of the memory for models.</summary>
    private const int Share = 2;

    /// <summary>The number of threads; 1 if there is no second copy.</summary>
    /// <param name="bytes">The size of one copy, in bytes.</param>
    /// <param name="options">Workers and memory.</param>
    public static int For(long bytes, InferenceOptions options) =>
        bytes <= (long)options.LatencySessionMegabytes << 20
        && (options.MemoryMegabytes == 0 || bytes * 2 * Share <= (long)options.MemoryMegabytes << 20)
            ? Math.Min(SchedulerOptions.From(options).Workers, Most)
            : 1;

    /// <summary>The memory of a model in bytes, including its second copy if it has one.</summary>
    /// <inheritdoc cref="For"/>
    public static long Bytes(long bytes, InferenceOptions options) => For(bytes, options) > 1 ? 2 * bytes : bytes;
}
