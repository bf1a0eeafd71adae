using EmbedPlatform.Client;
using EmbedPlatform.SearchApi.Models;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests.Searching;

public sealed class RememberedTests
{
    private readonly Clock _clock = new();
    private int _asked;

    [Fact]
    public async Task An_answer_is_kept_while_it_is_fresh_and_an_old_one_serves_until_the_new_one_is_there()
    {
        var next = new TaskCompletionSource<string>();
        var kept = new Remembered<string>(_ => ++_asked == 1 ? Task.FromResult("first") : next.Task, _clock);

        Assert.Equal("first", await AskAsync(kept));
        _clock.Pass(Remembered<string>.Fresh - TimeSpan.FromSeconds(1));
        Assert.Equal(("first", 1), (await AskAsync(kept), _asked));
        _clock.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal("first", await AskAsync(kept));
        next.SetResult("second");
        await Eventually.TrueAsync(async () => await AskAsync(kept) == "second", "the new answer is used");

        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task A_service_that_fails_is_left_alone_for_a_moment_and_asked_again_then()
    {
        var kept = new Remembered<string>(_ => ++_asked == 1 ? throw new PlatformException("away") : Task.FromResult("there"), _clock);

        Assert.Null(await AskAsync(kept));
        Assert.Null(await AskAsync(kept));
        Assert.Equal(1, _asked);
        _clock.Pass(Remembered<string>.Pause);

        Assert.Equal("there", await AskAsync(kept));
    }

    [Fact]
    public async Task A_failure_leaves_the_older_answer_in_use()
    {
        var kept = new Remembered<string>(_ => ++_asked == 1 ? Task.FromResult("first") : throw new PlatformException("away"), _clock);
        await AskAsync(kept);
        _clock.Pass(Remembered<string>.Fresh);

        Assert.Equal("first", await kept.RefreshAsync(TestContext.Current.CancellationToken));

        Assert.Equal(2, _asked);
    }

    private static async Task<string?> AskAsync(Remembered<string> kept) => await kept.GetAsync(TestContext.Current.CancellationToken);

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public void Pass(TimeSpan time) => _now += time;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
