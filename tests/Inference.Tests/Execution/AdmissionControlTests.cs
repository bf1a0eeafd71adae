using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Execution.Scheduling;
using EmbedPlatform.TestKit;
using Xunit;
using static EmbedPlatform.Inference.Tests.Execution.SchedulerFixture;

namespace EmbedPlatform.Inference.Tests.Execution;

public sealed class AdmissionControlTests
{
    [Fact]
    public async Task A_request_of_any_size_is_admitted_to_an_empty_lane_and_the_next_one_is_refused_whole()
    {
        await using var fixture = new SchedulerFixture(queueTokens: 100);
        var first = await fixture.OccupyWorker();
        var huge = fixture.Submit(Lane.Bulk, [.. Enumerable.Range(1, 50).Select(id => Text(id, 50))]);

        await Assert.ThrowsAsync<QueueFullException>(() => fixture.Submit(Lane.Bulk, Text(99, 1)));

        fixture.Runner.Release();
        await Task.WhenAll(first, huge);
        Assert.DoesNotContain(99, fixture.Runner.Batches.SelectMany(batch => batch));
    }

    [Fact]
    public async Task A_full_bulk_lane_does_not_refuse_interactive_work()
    {
        await using var fixture = new SchedulerFixture(queueTokens: 100);
        var first = await fixture.OccupyWorker();
        var bulk = fixture.Submit(Lane.Bulk, Text(1, 5000));
        var interactive = fixture.Submit(Lane.Interactive, Text(2, 99));
        fixture.Runner.Release();

        await Task.WhenAll(first, bulk, interactive);

        Assert.Equal(
            [
                [-1],
                [2],
                [1],
            ],
            fixture.Runner.Batches
        );
    }

    [Fact]
    public async Task There_is_room_again_when_the_work_is_done()
    {
        await using var fixture = new SchedulerFixture(queueTokens: 100);
        for (var id = 1; id <= 5; id++)
        {
            Assert.Equal([id], (IEnumerable<int>)await fixture.Submit(Lane.Bulk, Text(id, 100)));
            await Eventually.TrueAsync(() => fixture.Scheduler.Status.QueuedTokens == 0, "the queue is empty");
        }
    }

    [Fact]
    public async Task The_rate_is_measured_and_counts_every_worker()
    {
        await using var fixture = new SchedulerFixture(workers: 2, batchTokens: 1000);
        Assert.Equal(0, fixture.Scheduler.Status.TokensPerSecond);
        fixture.Runner.OnRun = () => fixture.Time.Advance(TimeSpan.FromSeconds(2));

        await fixture.Submit(Lane.Bulk, Text(1, 200));

        Assert.Equal(200, fixture.Scheduler.Status.TokensPerSecond, precision: 3);
    }

    [Theory]
    [InlineData(Lane.Interactive, 1000, 1000, 0, 100, 10)]
    [InlineData(Lane.Interactive, 50, 1000, 0, 100, 1)]
    [InlineData(Lane.Interactive, 750, 1000, 500, 100, 10)]
    [InlineData(Lane.Bulk, 500, 0, 1000, 100, 5)]
    [InlineData(Lane.Bulk, 500, 300, 1000, 100, 8)]
    [InlineData(Lane.Bulk, 500, 1_000_000, 1000, 100, 20)]
    [InlineData(Lane.Bulk, 99_999, 0, 1000, 100, 10)]
    [InlineData(Lane.Bulk, 500, 0, 1000, 0, 1)]
    public void Retry_after_is_when_there_will_be_room(Lane lane, long tokens, long interactive, long bulk, double rate, int seconds)
    {
        var refused = Assert.Throws<QueueFullException>(() => new AdmissionControl(1000).Check(lane, tokens, interactive, bulk, rate));

        Assert.Equal(TimeSpan.FromSeconds(seconds), refused.RetryAfter);
    }

    [Theory]
    [InlineData(Lane.Interactive, 100, 500, 0, 10, 0)]
    [InlineData(Lane.Interactive, 100, 700, 0, 10, 1)]
    [InlineData(Lane.Interactive, 100, 900, 0, 10, 3)]
    [InlineData(Lane.Interactive, 5000, 300, 0, 10, 3)]
    [InlineData(Lane.Interactive, 5000, 0, 0, 1, 0)]
    [InlineData(Lane.Bulk, 100, 400, 500, 10, 3)]
    public void What_would_be_too_late_is_refused_at_once(
        Lane lane,
        long tokens,
        long interactive,
        long bulk,
        double remaining,
        int retryAfter
    )
    {
        var refused =
            Record.Exception(() =>
                new AdmissionControl(1_000_000).Check(lane, tokens, interactive, bulk, 100, TimeSpan.FromSeconds(remaining))
            ) as QueueFullException;

        Assert.Equal(retryAfter, refused?.RetryAfter.TotalSeconds ?? 0);
    }

    [Fact]
    public async Task A_request_that_cannot_be_done_by_its_deadline_never_waits_for_it()
    {
        await using var fixture = new SchedulerFixture(batchTokens: 1000);
        fixture.Runner.OnRun = () => fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.Submit(Lane.Interactive, Text(1, 100));
        var first = await fixture.OccupyWorker(length: 500);
        var deadline = fixture.Time.GetUtcNow() + TimeSpan.FromSeconds(2);

        var refused = await Assert.ThrowsAsync<QueueFullException>(() =>
            fixture.Submit(new RequestOptions { Deadline = deadline }, TestContext.Current.CancellationToken, Text(2, 100))
        );

        Assert.Equal(5, refused.RetryAfter.TotalSeconds);
        fixture.Runner.Release();
        await first;
    }
}
