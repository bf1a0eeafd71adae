using EmbedPlatform.Inference.Execution;
using EmbedPlatform.TestKit;
using Xunit;
using static EmbedPlatform.Inference.Tests.Execution.SchedulerFixture;

namespace EmbedPlatform.Inference.Tests.Execution;

public sealed class DeadlineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_whose_deadline_passes_in_the_queue_fails_at_once_and_never_runs()
    {
        await using var fixture = new SchedulerFixture();
        var first = await fixture.OccupyWorker();
        var late = fixture.Submit(In(fixture, seconds: 5), Token, Text(1, 10));
        var inTime = fixture.Submit(In(fixture, seconds: 60), Token, Text(2, 10));

        fixture.Time.Advance(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<DeadlineExceededException>(() => late);

        fixture.Runner.Release();
        await Task.WhenAll(first, inTime);
        Assert.Equal(
            [
                [-1],
                [2],
            ],
            fixture.Runner.Batches
        );
    }

    [Fact]
    public async Task A_deadline_in_the_past_is_refused_before_admission()
    {
        await using var fixture = new SchedulerFixture();

        await Assert.ThrowsAsync<DeadlineExceededException>(() => fixture.Submit(In(fixture, seconds: 0), Token, Text(1, 10)));
        Assert.Empty(fixture.Runner.Batches);
    }

    [Fact]
    public async Task The_rest_of_a_request_is_dropped_when_its_deadline_passes_halfway()
    {
        await using var fixture = new SchedulerFixture();
        fixture.Runner.OnRun = () => fixture.Time.Advance(TimeSpan.FromSeconds(3));

        await Assert.ThrowsAsync<DeadlineExceededException>(() =>
            fixture.Submit(In(fixture, seconds: 5), Token, [.. Enumerable.Range(1, 10).Select(id => Text(id, 100))])
        );

        Assert.Equal(
            [
                [1],
                [2],
            ],
            fixture.Runner.Batches
        );
        await Eventually.TrueAsync(() => fixture.Scheduler.Status.QueuedTokens == 0, "the queue is empty");
    }

    [Fact]
    public async Task A_cancelled_request_never_runs_and_gives_its_room_back()
    {
        await using var fixture = new SchedulerFixture();
        var first = await fixture.OccupyWorker();
        using var caller = new CancellationTokenSource();
        var cancelled = fixture.Submit(new RequestOptions(), caller.Token, Text(1, 10), Text(2, 10));
        Assert.Equal(21, fixture.Scheduler.Status.QueuedTokens);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(1, fixture.Scheduler.Status.QueuedTokens);
        fixture.Runner.Release();
        await first;
        Assert.Equal(
            [
                [-1],
            ],
            fixture.Runner.Batches
        );
    }

    private static RequestOptions In(SchedulerFixture fixture, int seconds) =>
        new() { Deadline = fixture.Time.GetUtcNow().AddSeconds(seconds) };
}
