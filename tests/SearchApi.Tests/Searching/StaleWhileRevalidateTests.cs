using EmbedPlatform.Client;
using EmbedPlatform.SearchApi.Models;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

public sealed class StaleWhileRevalidateTests
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private readonly Clock _clock = new();
    private int _fetches;

    [Fact]
    public async Task A_fresh_value_is_reused_and_a_stale_one_is_returned_until_the_new_one_is_fetched()
    {
        var next = new TaskCompletionSource<string>();
        var kept = new StaleWhileRevalidate<string>(_ => ++_fetches == 1 ? Task.FromResult("first") : next.Task, _clock, MaxWait);

        Assert.Equal("first", await GetAsync(kept));
        _clock.Pass(StaleWhileRevalidate<string>.Fresh - TimeSpan.FromSeconds(1));
        Assert.Equal(("first", 1), (await GetAsync(kept), _fetches));
        _clock.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal("first", await GetAsync(kept));
        next.SetResult("second");
        await Eventually.TrueAsync(async () => await GetAsync(kept) == "second", "the new answer is used");

        Assert.Equal(2, _fetches);
    }

    [Fact]
    public async Task A_failed_fetch_is_repeated_after_a_pause()
    {
        var kept = new StaleWhileRevalidate<string>(
            _ => ++_fetches == 1 ? throw new PlatformException("away") : Task.FromResult("there"),
            _clock,
            MaxWait
        );

        Assert.Null(await GetAsync(kept));
        Assert.Null(await GetAsync(kept));
        Assert.Equal(1, _fetches);
        _clock.Pass(StaleWhileRevalidate<string>.Pause);

        Assert.Equal("there", await GetAsync(kept));
    }

    [Fact]
    public async Task A_failed_fetch_leaves_the_stale_value_in_use()
    {
        var kept = new StaleWhileRevalidate<string>(
            _ => ++_fetches == 1 ? Task.FromResult("first") : throw new PlatformException("away"),
            _clock,
            MaxWait
        );
        await GetAsync(kept);
        _clock.Pass(StaleWhileRevalidate<string>.Fresh);

        Assert.Equal("first", await kept.RefreshAsync(TestContext.Current.CancellationToken));

        Assert.Equal(2, _fetches);
    }

    private static async Task<string?> GetAsync(StaleWhileRevalidate<string> kept) =>
        await kept.GetAsync(TestContext.Current.CancellationToken);

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public void Pass(TimeSpan time) => _now += time;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
