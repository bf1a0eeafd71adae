using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Execution.Scheduling;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Execution;

/// <summary>A scheduler over a recording runner and a clock in the test's hand.</summary>
internal sealed class SchedulerFixture : IAsyncDisposable
{
    private readonly EngineMetrics _metrics = new("test");

    public SchedulerFixture(int workers = 1, int batchTokens = 100, long queueTokens = 10_000) =>
        Scheduler = new BatchScheduler<int>(Runner, new SchedulerOptions(workers, batchTokens, queueTokens), Time, _metrics);

    public RecordingRunner Runner { get; } = new();

    public ManualTime Time { get; } = new();

    public BatchScheduler<int> Scheduler { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A text of <paramref name="length"/> tokens that a runner recognises by its first id.</summary>
    public static EncodedText Text(int id, int length)
    {
        var ids = new int[length];
        ids[0] = id;
        return new EncodedText(ids, null, length, false);
    }

    public Task<int[]> Submit(Lane lane, params EncodedText[] texts) => Submit(new RequestOptions { Lane = lane }, Token, texts);

    public Task<int[]> Submit(RequestOptions options, CancellationToken token, params EncodedText[] texts) =>
        Scheduler.RunAsync(texts, options, token);

    /// <summary>Occupies the worker, so that what is submitted next has to wait; the batch is the first of those recorded.</summary>
    public async Task<Task<int[]>> OccupyWorker(int length = 1)
    {
        Runner.Hold();
        var work = Submit(Lane.Interactive, Text(-1, length));
        await Runner.WaitUntilRunning(Token);
        return work;
    }

    public async ValueTask DisposeAsync()
    {
        Runner.Release();
        await Scheduler.DisposeAsync();
        _metrics.Dispose();
    }
}
