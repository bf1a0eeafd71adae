using EmbedPlatform.Inference.Execution;
using Xunit;
using static EmbedPlatform.Inference.Tests.Execution.SchedulerFixture;

namespace EmbedPlatform.Inference.Tests.Execution;

public sealed class FailureTests
{
    [Fact]
    public async Task A_failing_text_fails_its_own_request_and_not_the_ones_it_shared_a_batch_with()
    {
        await using var fixture = new SchedulerFixture();
        var first = await fixture.OccupyWorker();
        var before = fixture.Submit(Lane.Interactive, Text(1, 10));
        var poisoned = fixture.Submit(Lane.Interactive, Text(RecordingRunner.Poison, 10), Text(2, 10));
        var after = fixture.Submit(Lane.Interactive, Text(3, 10));
        fixture.Runner.Release();

        var failure = await Assert.ThrowsAsync<InferenceFailedException>(() => poisoned);

        Assert.Contains("poison", failure.Message, StringComparison.Ordinal);
        Assert.Equal([1], (IEnumerable<int>)await before);
        Assert.Equal([3], (IEnumerable<int>)await after);
        await first;
        Assert.Equal([1, RecordingRunner.Poison, 2, 3], fixture.Runner.Batches[1]);
    }

    [Fact]
    public async Task A_worker_goes_on_after_a_failure_and_the_rest_of_the_failed_request_is_dropped()
    {
        await using var fixture = new SchedulerFixture();
        await Assert.ThrowsAsync<InferenceFailedException>(() =>
            fixture.Submit(Lane.Bulk, Text(RecordingRunner.Poison, 100), Text(1, 90), Text(2, 90))
        );

        Assert.Equal([3], (IEnumerable<int>)await fixture.Submit(Lane.Bulk, Text(3, 10)));
        Assert.Equal(
            [
                [RecordingRunner.Poison],
                [3],
            ],
            fixture.Runner.Batches
        );
    }

    [Fact]
    public async Task Disposing_finishes_what_was_admitted_and_refuses_what_comes_after()
    {
        var fixture = new SchedulerFixture();
        var first = await fixture.OccupyWorker();
        var waiting = fixture.Submit(Lane.Bulk, Text(1, 100), Text(2, 100));

        var disposed = fixture.Scheduler.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => fixture.Submit(Lane.Bulk, Text(3, 1)));
        Assert.False(disposed.IsCompleted);
        fixture.Runner.Release();

        await disposed;
        await first;
        Assert.Equal([1, 2], (IEnumerable<int>)await waiting);
        await fixture.DisposeAsync();
    }
}
