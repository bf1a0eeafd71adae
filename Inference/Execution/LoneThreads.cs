using EmbedPlatform.Inference.Execution.Scheduling;

namespace EmbedPlatform.Inference.Execution;

/// <summary>On how many threads a lone text runs, which takes a second copy of the model in memory.</summary>
internal static class LoneThreads
{
    /// <summary>A question is short: more threads than this wait for each other longer than they work.</summary>
    private const int Most = 4;

    /// <summary>What share of the memory for models both copies of one may take.</summary>
    private const int Share = 2;

    /// <summary>How many threads; 1 where there is no second copy.</summary>
    /// <param name="bytes">What one copy takes.</param>
    /// <param name="options">Workers and memory.</param>
    public static int For(long bytes, InferenceOptions options) =>
        bytes <= (long)options.LoneMegabytes << 20
        && (options.MemoryMegabytes == 0 || bytes * 2 * Share <= (long)options.MemoryMegabytes << 20)
            ? Math.Min(SchedulerOptions.From(options).Workers, Most)
            : 1;

    /// <summary>What a model takes in memory, its second copy included where it has one.</summary>
    /// <inheritdoc cref="For"/>
    public static long Bytes(long bytes, InferenceOptions options) => For(bytes, options) > 1 ? 2 * bytes : bytes;
}
