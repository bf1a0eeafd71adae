using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.Inference.Models;
using Xunit;

namespace EmbedPlatform.Inference.Tests.ModelPools;

/// <summary>How models get into memory, and what a failed load does.</summary>
public sealed class LoadingTests
{
    [Fact]
    public async Task Callers_who_want_a_model_at_the_same_time_share_one_load()
    {
        await using var fixture = await PoolFixture.StartedAsync(new FakeModels(("base", 1), ("a", 1)));
        fixture.Source.Hold("a");

        var callers = Enumerable.Range(0, 20).Select(_ => fixture.UseAsync("a")).ToArray();
        fixture.Source.Release("a");

        Assert.All(await Task.WhenAll(callers), id => Assert.Equal("a", id));
        Assert.Equal(["base", "a"], fixture.Source.Loads);
    }

    [Fact]
    public async Task A_caller_who_leaves_does_not_end_the_load_for_the_others()
    {
        await using var fixture = await PoolFixture.StartedAsync(new FakeModels(("base", 1), ("a", 1)));
        fixture.Source.Hold("a");
        using var leave = new CancellationTokenSource();
        var first = fixture.Pool.RentAsync("a", leave.Token).AsTask();
        var second = fixture.UseAsync("a");

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        fixture.Source.Release("a");
        Assert.Equal("a", await second);
        Assert.Equal(["base", "a"], fixture.Source.Loads);
    }

    [Fact]
    public async Task While_a_model_is_loaded_the_others_serve()
    {
        await using var fixture = await PoolFixture.StartedAsync(new FakeModels(("base", 1), ("a", 1)));
        fixture.Source.Hold("a");
        var slow = fixture.UseAsync("a");

        Assert.Equal("base", await fixture.UseAsync());

        Assert.False(slow.IsCompleted);
        fixture.Source.Release("a");
        await slow;
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_says_why_and_is_not_tried_again_for_every_request()
    {
        await using var fixture = await PoolFixture.StartedAsync(
            new FakeModels(("base", 1), ("broken", 1)) { Broken = { ["broken"] = "its file is damaged" } },
            new InferenceOptions { RetrySeconds = 10 }
        );

        for (var i = 0; i < 3; i++)
        {
            var refused = await Assert.ThrowsAsync<ModelUnavailableException>(() => fixture.UseAsync("broken"));
            Assert.Contains("its file is damaged", refused.Message);
            Assert.Equal(TimeSpan.FromSeconds(10), refused.RetryAfter);
        }

        Assert.Single(fixture.Source.Loads, "broken");
        Assert.Equal("base", await fixture.UseAsync());
    }

    [Fact]
    public async Task After_a_pause_that_doubles_it_is_tried_again_and_serves_when_it_is_well()
    {
        await using var fixture = await PoolFixture.StartedAsync(
            new FakeModels(("base", 1), ("broken", 1)) { Broken = { ["broken"] = "damaged" } },
            new InferenceOptions { RetrySeconds = 10 }
        );
        await Assert.ThrowsAsync<ModelUnavailableException>(() => fixture.UseAsync("broken"));

        fixture.Time.Advance(TimeSpan.FromSeconds(11));
        var again = await Assert.ThrowsAsync<ModelUnavailableException>(() => fixture.UseAsync("broken"));

        Assert.Equal(TimeSpan.FromSeconds(20), again.RetryAfter);
        fixture.Source.Broken.Clear();
        fixture.Time.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal("broken", await fixture.UseAsync("broken"));
    }

    [Fact]
    public async Task Before_the_start_nothing_is_served_and_callers_are_asked_to_come_back()
    {
        await using var fixture = new PoolFixture(new FakeModels(("base", 1)));

        var early = await Assert.ThrowsAsync<ModelUnavailableException>(() => fixture.UseAsync());

        Assert.True(early.RetryAfter > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_default_that_cannot_be_loaded_stops_the_start_with_the_reason()
    {
        await using var fixture = new PoolFixture(new FakeModels(("base", 1)) { Broken = { ["base"] = "its file is damaged" } });

        var problem = await Assert.ThrowsAsync<ModelException>(() => fixture.Pool.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("its file is damaged", problem.Message);
    }

    [Fact]
    public async Task The_end_of_a_pool_disposes_of_every_model()
    {
        var fixture = await PoolFixture.StartedAsync(new FakeModels(("base", 1), ("a", 1)));
        await fixture.UseAsync("a");

        await fixture.DisposeAsync();

        Assert.Equal(2, fixture.Source.Made.Count);
        Assert.All(fixture.Source.Made, model => Assert.True(model.IsDisposed));
        await Assert.ThrowsAsync<ModelUnavailableException>(() => fixture.UseAsync());
    }
}
