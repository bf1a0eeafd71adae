using EmbedPlatform.Inference.Execution.Scheduling;

namespace EmbedPlatform.Inference.Execution;

/// <summary>The thread pool of a process whose requests run lone texts themselves (<see cref="WorkOptions.Inline"/>).</summary>
public static class CallerThreads
{
    /// <summary>
    /// Lets the pool have as many more threads at once as may be busy with texts. Otherwise what takes no time, such as cached answers and refusals, would
    /// stand behind a run until the pool notices, which takes half a second.
    /// </summary>
    /// <param name="options">How many runs there are side by side.</param>
    public static void Reserve(InferenceOptions options)
    {
        ThreadPool.GetMinThreads(out var threads, out var ports);
        ThreadPool.SetMinThreads(threads + SchedulerOptions.From(options).Workers, ports);
    }
}
