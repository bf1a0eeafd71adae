using EmbedPlatform.Inference.ModelPools;
using Xunit;

namespace EmbedPlatform.Inference.Tests.ModelPools;

/// <summary>Which models are in memory.</summary>
public sealed class MemoryBudgetTests
{
    private static readonly InferenceOptions Hundred = new() { MemoryMegabytes = 100 };

    private static FakeModels Four => new(("base", 40), ("a", 25), ("b", 25), ("c", 25));

    [Fact]
    public async Task After_the_start_the_default_alone_is_loaded()
    {
        await using var fixture = await PoolFixture.StartedAsync(Four, Hundred);

        Assert.Equal(["base"], fixture.Loaded);
        var first = fixture.Pool.Models[0];
        Assert.Equal(new ServedModel("base", IsDefault: true, Loaded: true, 40L << 20), first);
        Assert.Equal(new ServedModel("a", IsDefault: false, Loaded: false, 25L << 20), fixture.Pool.Models[1]);
    }

    [Fact]
    public async Task The_least_recently_used_leaves_and_is_disposed_of()
    {
        await using var fixture = await PoolFixture.StartedAsync(Four, Hundred);
        await fixture.UseAsync("a");
        await fixture.UseAsync("b");
        await fixture.UseAsync("a");

        await fixture.UseAsync("c");

        Assert.Equal(["a", "base", "c"], fixture.Loaded);
        Assert.True(Assert.Single(fixture.Source.Made, model => model.Model.Id == "b").IsDisposed);
    }

    [Fact]
    public async Task The_default_stays_however_long_it_is_not_used()
    {
        await using var fixture = await PoolFixture.StartedAsync(Four, Hundred);
        foreach (var name in (string[])["a", "b", "c", "a", "b", "c"])
        {
            await fixture.UseAsync(name);
        }

        Assert.Contains("base", fixture.Loaded);
        Assert.Single(fixture.Source.Loads, "base");
    }

    [Fact]
    public async Task Without_a_budget_everything_stays()
    {
        await using var fixture = await PoolFixture.StartedAsync(Four);
        foreach (var name in (string[])["a", "b", "c"])
        {
            await fixture.UseAsync(name);
        }

        Assert.Equal(["a", "b", "base", "c"], fixture.Loaded);
    }

    [Fact]
    public async Task A_model_in_use_never_leaves_and_who_needs_its_room_waits_for_it()
    {
        await using var fixture = await PoolFixture.StartedAsync(Four, Hundred);
        var a = await fixture.RentAsync("a");
        var b = await fixture.RentAsync("b");

        var c = fixture.UseAsync("c");
        Assert.False(c.IsCompleted);
        a.Dispose();

        Assert.Equal("c", await c);
        Assert.True(a.Model.IsDisposed);
        Assert.False(b.Model.IsDisposed);
        b.Dispose();
    }

    [Fact]
    public async Task Who_waits_for_room_in_vain_is_told_when_to_come_back()
    {
        await using var fixture = await PoolFixture.StartedAsync(
            Four,
            new InferenceOptions { MemoryMegabytes = 100, MemoryTimeoutSeconds = 0 }
        );
        using var a = await fixture.RentAsync("a");
        using var b = await fixture.RentAsync("b");

        var refused = await Assert.ThrowsAsync<ModelUnavailableException>(() => fixture.UseAsync("c"));

        Assert.Contains("all other loaded models are in use", refused.Message);
        Assert.InRange(refused.RetryAfter, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));
        Assert.Equal("base", await fixture.UseAsync());
        a.Dispose();
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("c", await fixture.UseAsync("c"));
    }

    [Fact]
    public async Task A_model_that_can_never_fit_is_refused_with_the_numbers_and_nothing_leaves_for_it()
    {
        await using var fixture = await PoolFixture.StartedAsync(new FakeModels(("base", 40), ("a", 25), ("huge", 80)), Hundred);
        await fixture.UseAsync("a");

        var refused = await Assert.ThrowsAsync<ModelUnavailableException>(() => fixture.UseAsync("huge"));

        Assert.Contains("80 MB", refused.Message);
        Assert.Contains("MemoryMegabytes = 100", refused.Message);
        Assert.Equal(["a", "base"], fixture.Loaded);
    }

    [Fact]
    public async Task A_default_that_does_not_fit_stops_the_start()
    {
        await using var fixture = new PoolFixture(new FakeModels(("base", 140)), Hundred);

        var problem = await Assert.ThrowsAsync<Inference.Models.ModelException>(() =>
            fixture.Pool.StartAsync(TestContext.Current.CancellationToken)
        );

        Assert.Contains("140 MB", problem.Message);
    }
}
