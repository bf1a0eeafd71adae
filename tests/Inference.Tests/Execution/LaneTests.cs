using EmbedPlatform.Inference.Execution;
using Xunit;
using static EmbedPlatform.Inference.Tests.Execution.SchedulerFixture;

namespace EmbedPlatform.Inference.Tests.Execution;

public sealed class LaneTests
{
    [Fact]
    public async Task Interactive_work_overtakes_bulk_work_that_came_before_it()
    {
        await using var fixture = new SchedulerFixture();
        var first = await fixture.OccupyWorker();
        var bulk = fixture.Submit(Lane.Bulk, Text(1, 100), Text(2, 100));
        var interactive = fixture.Submit(Lane.Interactive, Text(3, 100));
        fixture.Runner.Release();

        await Task.WhenAll(first, bulk, interactive);

        Assert.Equal(
            [
                [-1],
                [3],
                [1],
                [2],
            ],
            fixture.Runner.Batches
        );
    }

    [Fact]
    public async Task Bulk_work_gets_every_fourth_batch_while_interactive_work_never_ends()
    {
        await using var fixture = new SchedulerFixture();
        var first = await fixture.OccupyWorker();
        var bulk = fixture.Submit(Lane.Bulk, Text(100, 100), Text(101, 100));
        var interactive = fixture.Submit(Lane.Interactive, [.. Enumerable.Range(1, 8).Select(id => Text(id, 100))]);
        fixture.Runner.Release();

        await Task.WhenAll(first, bulk, interactive);

        Assert.Equal([-1, 1, 2, 3, 100, 4, 5, 6, 101, 7, 8], fixture.Runner.Batches.Select(batch => batch.Single()));
    }

    [Fact]
    public async Task Within_a_lane_the_oldest_request_goes_first()
    {
        await using var fixture = new SchedulerFixture();
        var first = await fixture.OccupyWorker();
        var work = Enumerable.Range(1, 4).Select(id => fixture.Submit(Lane.Bulk, Text(id, 100 - (id * 20)))).ToArray();
        fixture.Runner.Release();

        await Task.WhenAll([first, .. work]);

        Assert.Equal([-1, 1, 2, 3, 4], fixture.Runner.Batches.Select(batch => batch[0]));
    }
}
