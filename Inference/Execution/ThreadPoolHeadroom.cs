using EmbedPlatform.Inference.Execution.Scheduling;

namespace EmbedPlatform.Inference.Execution;

/// <summary>
/// Thread pool settings of a process whose request threads run single texts themselves (<see cref="RequestOptions.RunOnCallerThread"/>).
/// </summary>
public static class ThreadPoolHeadroom
{
    /// <summary>
    /// Raises the pool's minimum by as many threads as may be busy with texts. Otherwise quick work, such as cached results and rejections,
    /// would wait behind a run until the pool adds a thread, which takes half a second.
    /// </summary>
    /// <param name="options">The options with the number of parallel runs.</param>
    public static void Reserve(InferenceOptions options)
    {
        ThreadPool.GetMinThreads(out var threads, out var ports);
        ThreadPool.SetMinThreads(threads + SchedulerOptions.From(options).Workers, ports);
    }
}
