namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <param name="Workers">How many batches run side by side; at least 1.</param>
/// <param name="BatchTokens">The most tokens of a batch; a single longer text still runs, alone.</param>
/// <param name="QueueTokens">The most tokens that may wait in a lane; a request of any size is admitted to an empty lane.</param>
internal sealed record SchedulerOptions(int Workers, int BatchTokens, long QueueTokens)
{
    public static SchedulerOptions From(InferenceOptions options) => new(WorkersOf(options), options.BatchTokens, options.QueueTokens);

    private static int WorkersOf(InferenceOptions options) =>
        options.Workers > 0 ? options.Workers
        : options.Cores > 0 ? Math.Min(options.Cores, Environment.ProcessorCount)
        : Environment.ProcessorCount;
}
