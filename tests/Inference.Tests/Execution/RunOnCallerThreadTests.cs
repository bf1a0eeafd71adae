using EmbedPlatform.Inference.Execution;
using Xunit;
using static EmbedPlatform.Inference.Tests.Execution.SchedulerFixture;

namespace EmbedPlatform.Inference.Tests.Execution;

public sealed class RunOnCallerThreadTests
{
    private static readonly RequestOptions Inline = new() { RunOnCallerThread = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lone_text_of_a_caller_who_allows_it_runs_on_the_callers_thread()
    {
        await using var fixture = new SchedulerFixture();
        var ran = 0;
        fixture.Runner.OnRun = () => ran = Environment.CurrentManagedThreadId;

        var work = fixture.Submit(Inline, Token, Text(1, 10));

        Assert.True(work.IsCompletedSuccessfully);
        Assert.Equal(Environment.CurrentManagedThreadId, ran);
        Assert.Equal(new[] { 1 }, await work);
        Assert.Equal(0, fixture.Scheduler.Status.QueuedTokens);
    }

    [Fact]
    public async Task Several_texts_are_left_to_the_workers_who_share_them()
    {
        await using var fixture = new SchedulerFixture(workers: 2);
        fixture.Runner.Hold();

        var work = fixture.Submit(Inline, Token, Text(1, 50), Text(2, 90));

        Assert.False(work.IsCompleted);
        await fixture.Runner.WaitUntilRunning(Token);
        await fixture.Runner.WaitUntilRunning(Token);
        fixture.Runner.Release();
        Assert.Equal(new[] { 1, 2 }, await work);
    }

    [Fact]
    public async Task Where_every_worker_is_busy_a_lone_text_waits_like_any_other()
    {
        await using var fixture = new SchedulerFixture();
        var first = await fixture.OccupyWorker();

        var work = fixture.Submit(Inline, Token, Text(1, 10));

        Assert.False(work.IsCompleted);
        Assert.Equal(
            [
                [-1],
            ],
            fixture.Runner.Batches
        );
        fixture.Runner.Release();
        await Task.WhenAll(first, work);
    }

    [Fact]
    public async Task A_caller_who_runs_its_own_text_counts_as_a_worker()
    {
        await using var fixture = new SchedulerFixture();
        fixture.Runner.Hold();
        var own = Task.Run(() => fixture.Submit(Inline, Token, Text(1, 10)), Token);
        await fixture.Runner.WaitUntilRunning(Token);

        var queued = fixture.Submit(Lane.Interactive, Text(2, 10));
        await Task.Delay(50, Token);
        Assert.Equal(
            [
                [1],
            ],
            fixture.Runner.Batches
        );

        fixture.Runner.Release();
        Assert.Equal(new[] { 1 }, await own);
        Assert.Equal(new[] { 2 }, await queued.WaitAsync(TimeSpan.FromSeconds(10), Token));
    }

    [Fact]
    public async Task A_lone_text_beside_which_nothing_runs_has_all_cores_and_others_wait_for_it()
    {
        await using var fixture = new SchedulerFixture(workers: 3);
        fixture.Runner.IntraOpThreads = 4;
        fixture.Runner.Hold();
        var own = Task.Run(() => fixture.Submit(Inline, Token, Text(1, 10)), Token);
        await fixture.Runner.WaitUntilRunning(Token);

        var queued = fixture.Submit(Lane.Interactive, Text(2, 10));
        await Task.Delay(50, Token);
        Assert.Equal(
            [
                [1],
            ],
            fixture.Runner.Batches
        );
        Assert.Equal([1], fixture.Runner.Alone);

        fixture.Runner.Release();
        Assert.Equal(new[] { 1 }, await own);
        Assert.Equal(new[] { 2 }, await queued.WaitAsync(TimeSpan.FromSeconds(10), Token));
    }

    [Fact]
    public async Task A_lone_text_beside_another_run_has_one_core()
    {
        await using var fixture = new SchedulerFixture(workers: 2);
        fixture.Runner.IntraOpThreads = 4;
        var first = await fixture.OccupyWorker();

        var own = Task.Run(() => fixture.Submit(Inline, Token, Text(1, 10)), Token);
        await fixture.Runner.WaitUntilRunning(Token);

        Assert.Empty(fixture.Runner.Alone);
        fixture.Runner.Release();
        await Task.WhenAll(first, own);
    }

    [Fact]
    public async Task A_lone_text_that_fails_on_all_cores_gives_them_back()
    {
        await using var fixture = new SchedulerFixture(workers: 2);
        fixture.Runner.IntraOpThreads = 4;

        await Assert.ThrowsAsync<InferenceFailedException>(() => fixture.Submit(Inline, Token, Text(RecordingRunner.Poison, 10)));

        Assert.Equal(new[] { 2 }, await fixture.Submit(Inline, Token, Text(2, 10)));
        Assert.Equal(new[] { 3, 4 }, await fixture.Submit(Inline, Token, Text(3, 10), Text(4, 10)));
        Assert.Equal([RecordingRunner.Poison, 2], fixture.Runner.Alone);
    }

    [Fact]
    public async Task Closing_waits_for_a_caller_who_runs_its_own_text()
    {
        var fixture = new SchedulerFixture();
        fixture.Runner.Hold();
        var own = Task.Run(() => fixture.Submit(Inline, Token, Text(1, 10)), Token);
        await fixture.Runner.WaitUntilRunning(Token);

        var closing = fixture.Scheduler.DisposeAsync().AsTask();
        await Task.Delay(50, Token);
        Assert.False(closing.IsCompleted);

        fixture.Runner.Release();
        await closing.WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(new[] { 1 }, await own);
    }

    [Fact]
    public async Task What_fails_on_the_callers_thread_fails_as_it_would_on_a_worker()
    {
        await using var fixture = new SchedulerFixture();

        await Assert.ThrowsAsync<InferenceFailedException>(() => fixture.Submit(Inline, Token, Text(RecordingRunner.Poison, 10)));

        Assert.Equal(new[] { 2 }, await fixture.Submit(Inline, Token, Text(2, 10)));
    }

    [Fact]
    public async Task Many_callers_at_once_all_get_their_own_results()
    {
        await using var fixture = new SchedulerFixture(workers: 2);
        var work = Enumerable
            .Range(1, 64)
            .Select(caller =>
                Task.Run(
                    async () =>
                    {
                        for (var i = 0; i < 200; i++)
                        {
                            var id = (caller * 1000) + i;
                            Assert.Equal(
                                new[] { id },
                                await fixture.Submit(i % 3 == 0 ? new RequestOptions() : Inline, Token, Text(id, 1 + (id % 7)))
                            );
                        }
                    },
                    Token
                )
            );

        await Task.WhenAll(work).WaitAsync(TimeSpan.FromSeconds(60), Token);

        Assert.Equal(0, fixture.Scheduler.Status.QueuedTokens);
    }
}
