namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <param name="Workers">The number of batches that run in parallel; at least 1.</param>
/// <param name="BatchTokens">The maximum number of tokens in a batch; a longer text runs in a batch of its own.</param>
/// <param name="QueueTokens">The maximum number of tokens waiting in a lane; an empty lane admits a request of any size.</param>
internal sealed record SchedulerOptions(int Workers, int BatchTokens, long QueueTokens)
{
    public static SchedulerOptions From(InferenceOptions options) => new(WorkersOf(options), options.BatchTokens, options.QueueTokens);

    private static int WorkersOf(InferenceOptions options) =>
        options.Workers > 0 ? options.Workers
        : options.Cores > 0 ? Math.Min(options.Cores, Environment.ProcessorCount)
        : Environment.ProcessorCount;
}
