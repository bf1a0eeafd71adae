using EmbedPlatform.Inference.Execution;
using Xunit;
using static EmbedPlatform.Inference.Tests.Execution.SchedulerFixture;

namespace EmbedPlatform.Inference.Tests.Execution;

public sealed class BatchingTests
{
    [Fact]
    public async Task Results_come_in_the_order_of_the_texts_whatever_the_order_of_the_batches()
    {
        await using var fixture = new SchedulerFixture(workers: 2);
        var random = new Random(7);
        var texts = Enumerable.Range(1, 200).Select(id => Text(id, random.Next(1, 120))).ToArray();

        Assert.Equal(Enumerable.Range(1, 200), await fixture.Submit(Lane.Bulk, texts));
        Assert.True(fixture.Runner.Batches.Length > 1);
        Assert.Equal(Enumerable.Range(1, 200), fixture.Runner.Batches.SelectMany(b => b).Order());
    }

    [Fact]
    public async Task A_batch_stays_below_the_budget_of_tokens_and_a_longer_text_runs_alone()
    {
        await using var fixture = new SchedulerFixture(batchTokens: 100);

        await fixture.Submit(Lane.Bulk, Text(1, 250), Text(2, 30), Text(3, 30), Text(4, 30), Text(5, 30), Text(6, 249));

        Assert.Equal(
            [
                [1],
                [6],
                [2, 3, 4],
                [5],
            ],
            fixture.Runner.Batches
        );
    }

    [Fact]
    public async Task Only_texts_of_equal_length_share_a_batch_so_that_nothing_is_padded()
    {
        await using var fixture = new SchedulerFixture(batchTokens: 1000);

        await fixture.Submit(Lane.Bulk, Text(1, 5), Text(2, 100), Text(3, 99), Text(4, 5), Text(5, 100), Text(6, 6));

        Assert.Equal(
            [
                [2, 5],
                [3],
                [6],
                [1, 4],
            ],
            fixture.Runner.Batches
        );
    }

    [Fact]
    public async Task A_batch_of_a_slow_model_is_small_enough_not_to_block_the_others_for_long()
    {
        await using var fixture = new SchedulerFixture(batchTokens: 1000);
        fixture.Runner.OnRun = () => fixture.Time.Advance(TimeSpan.FromMilliseconds(200));
        await fixture.Submit(Lane.Bulk, Text(1, 200));

        await fixture.Submit(Lane.Bulk, [.. Enumerable.Range(2, 25).Select(id => Text(id, 20))]);

        // 1,000 tokens a second: 100 tokens in the 100 ms that a batch may take.
        Assert.Equal([1, 5], fixture.Runner.Batches.Take(2).Select(batch => batch.Length));
    }

    [Fact]
    public async Task A_batch_never_gets_so_small_that_the_model_runs_at_a_lower_rate()
    {
        await using var fixture = new SchedulerFixture(batchTokens: 1000);
        fixture.Runner.OnRun = () => fixture.Time.Advance(TimeSpan.FromSeconds(10));
        await fixture.Submit(Lane.Bulk, Text(1, 10));

        await fixture.Submit(Lane.Bulk, [.. Enumerable.Range(2, 16).Select(id => Text(id, 8))]);

        Assert.Equal([1, 8, 8], fixture.Runner.Batches.Select(batch => batch.Length));
    }

    [Fact]
    public async Task Callers_with_texts_of_equal_length_share_a_batch()
    {
        await using var fixture = new SchedulerFixture();
        var first = await fixture.OccupyWorker();
        var waiting = Enumerable.Range(1, 5).Select(id => fixture.Submit(Lane.Interactive, Text(id, 10))).ToArray();
        fixture.Runner.Release();

        await Task.WhenAll([first, .. waiting]);

        Assert.Equal(
            [
                [-1],
                [1, 2, 3, 4, 5],
            ],
            fixture.Runner.Batches
        );
        Assert.Equal([1, 2, 3, 4, 5], waiting.SelectMany(work => work.Result));
    }

    [Fact]
    public async Task One_large_request_is_shared_among_idle_workers()
    {
        await using var fixture = new SchedulerFixture(workers: 2, batchTokens: 100_000);
        fixture.Runner.Hold();
        var work = fixture.Submit(Lane.Interactive, [.. Enumerable.Range(1, 100).Select(id => Text(id, 10))]);
        await fixture.Runner.WaitUntilRunning(TestContext.Current.CancellationToken);
        await fixture.Runner.WaitUntilRunning(TestContext.Current.CancellationToken);
        fixture.Runner.Release();
        await work;

        Assert.Equal([50, 50], fixture.Runner.Batches.Select(batch => batch.Length));
    }

    [Fact]
    public async Task No_texts_give_no_results_without_a_run()
    {
        await using var fixture = new SchedulerFixture();

        Assert.Empty(await fixture.Submit(Lane.Interactive));
        Assert.Empty(fixture.Runner.Batches);
    }
}
