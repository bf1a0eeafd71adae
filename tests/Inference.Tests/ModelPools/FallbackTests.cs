using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.ModelPools;

/// <summary>When a smaller model serves in place of the default.</summary>
public sealed class FallbackTests
{
    private static readonly InferenceOptions WithFallback = new() { Fallback = "small", RetrySeconds = 10 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static FakeModels Two => new(("main", 40), ("small", 5));

    [Fact]
    public async Task While_the_default_serves_no_fallback_is_loaded_or_named()
    {
        await using var fixture = await PoolFixture.StartedAsync(Two, WithFallback);

        using var lease = await fixture.RentAsync();

        Assert.Null(lease.FallbackReason);
        Assert.Null(fixture.Pool.Fallback);
        Assert.Equal(["main"], fixture.Loaded);
    }

    [Fact]
    public async Task A_default_that_cannot_be_loaded_is_replaced_and_every_lease_says_why()
    {
        var source = Two;
        source.Broken["main"] = "its file is damaged";
        await using var fixture = await PoolFixture.StartedAsync(source, WithFallback);

        using var lease = await fixture.RentAsync();

        Assert.Equal("small", lease.Model.Model.Id);
        Assert.Contains("main is not available: its file is damaged", lease.FallbackReason);
        Assert.Equal(
            new FallbackState("small", lease.FallbackReason!, fixture.Time.GetUtcNow() + TimeSpan.FromSeconds(10)),
            fixture.Pool.Fallback
        );
        Assert.Equal("small", fixture.Pool.Serving!.Model.Id);
    }

    [Fact]
    public async Task A_default_beyond_the_memory_budget_is_replaced()
    {
        await using var fixture = await PoolFixture.StartedAsync(Two, new InferenceOptions { Fallback = "small", MemoryMegabytes = 20 });

        using var lease = await fixture.RentAsync();

        Assert.Equal("small", lease.Model.Model.Id);
        Assert.Contains("it needs 40 MB", lease.FallbackReason);
        Assert.Equal(["small"], fixture.Loaded);
    }

    [Fact]
    public async Task Asked_for_by_its_own_name_the_fallback_is_no_replacement()
    {
        var source = Two;
        source.Broken["main"] = "damaged";
        await using var fixture = await PoolFixture.StartedAsync(source, WithFallback);

        using var lease = await fixture.RentAsync("small");

        Assert.Null(lease.FallbackReason);
    }

    [Fact]
    public async Task Without_either_the_start_stops_with_both_reasons()
    {
        var source = Two;
        (source.Broken["main"], source.Broken["small"]) = ("main is damaged", "small is damaged");
        await using var fixture = new PoolFixture(source, WithFallback);

        var problem = await Assert.ThrowsAsync<ModelException>(() => fixture.Pool.StartAsync(Token));

        Assert.Contains("main is damaged", problem.Message);
        Assert.Contains("small is damaged", problem.Message);
    }

    [Fact]
    public async Task The_default_is_tried_again_after_a_pause_and_then_serves_again()
    {
        var source = Two;
        source.Broken["main"] = "damaged";
        await using var fixture = await PoolFixture.StartedAsync(source, WithFallback);
        Assert.Equal("small", await fixture.UseAsync());
        Assert.Single(source.Loads, "main");
        source.Broken.Clear();
        fixture.Time.Advance(TimeSpan.FromSeconds(11));

        await Eventually.TrueAsync(async () => await fixture.UseAsync() == "main", "the model of choice is back");

        Assert.Null(fixture.Pool.Fallback);
        Assert.Equal(2, source.Loads.Count(id => id == "main"));
    }

    [Fact]
    public async Task A_default_that_finds_no_memory_leaves_with_its_last_user_and_the_fallback_takes_over()
    {
        await using var fixture = await PoolFixture.StartedAsync(Two, WithFallback);
        var busy = await fixture.RentAsync();

        fixture.Source.Exhaust("main");

        Assert.Equal("small", await fixture.UseAsync());
        Assert.Contains("ran out of memory", fixture.Pool.Fallback!.Reason);
        Assert.False(busy.Model.IsDisposed);
        busy.Dispose();
        await Eventually.TrueAsync(() => busy.Model.IsDisposed, "the model is disposed");
    }

    [Fact]
    public async Task A_default_that_keeps_finding_no_memory_is_tried_less_and_less_often()
    {
        await using var fixture = await PoolFixture.StartedAsync(Two, WithFallback);
        foreach (var pause in (int[])[10, 20, 40])
        {
            fixture.Source.Exhaust("main");
            await fixture.UseAsync();
            Assert.Equal(fixture.Time.GetUtcNow() + TimeSpan.FromSeconds(pause), fixture.Pool.Fallback!.RetryAt);

            fixture.Time.Advance(TimeSpan.FromSeconds(pause + 1));
            await Eventually.TrueAsync(async () => await fixture.UseAsync() == "main", "the model of choice is back");
        }
    }

    [Fact]
    public async Task Work_that_found_no_memory_is_done_again_by_the_fallback()
    {
        await using var fixture = await PoolFixture.StartedAsync(Two, WithFallback);

        var (id, reason) = await fixture.Pool.UseAsync(null, null, fixture.Time, lease => Work(fixture, lease), Token);

        Assert.Equal("small", id);
        Assert.Contains("main", reason);
    }

    [Fact]
    public async Task Without_a_fallback_the_failure_reaches_the_caller_and_the_default_goes_on()
    {
        await using var fixture = await PoolFixture.StartedAsync(Two, new InferenceOptions());

        await Assert.ThrowsAsync<ModelOutOfMemoryException>(() =>
            fixture.Pool.UseAsync(null, null, fixture.Time, lease => Work(fixture, lease), Token)
        );

        Assert.Equal("main", await fixture.UseAsync());
    }

    [Fact]
    public async Task Another_model_that_finds_no_memory_is_away_for_a_while_and_the_default_is_not()
    {
        await using var fixture = await PoolFixture.StartedAsync(new FakeModels(("main", 1), ("a", 1)), WithFallback);
        await fixture.UseAsync("a");

        fixture.Source.Exhaust("a");

        await Assert.ThrowsAsync<ModelUnavailableException>(() => fixture.UseAsync("a"));
        Assert.Equal("main", await fixture.UseAsync());
    }

    private static Task<(string Id, string? Reason)> Work(PoolFixture fixture, ModelLease<FakeModel> lease)
    {
        if (lease.Model.Model.Id == "main")
        {
            fixture.Source.Exhaust("main");
            throw new ModelOutOfMemoryException(new OutOfMemoryException("no memory"));
        }

        return Task.FromResult((lease.Model.Model.Id, lease.FallbackReason));
    }
}
