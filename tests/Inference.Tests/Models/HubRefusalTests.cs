using System.Security.Cryptography;
using System.Text;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Models;

/// <summary>Hosts that lie, refuse, stall or hand over: a model is right or not there.</summary>
public sealed class HubRefusalTests : IDisposable
{
    private const string Id = "publisher/tiny";
    private const string File = "onnx/model.onnx";
    private static readonly byte[] Model = TinyModel.Onnx(width: 512);
    private readonly TemporaryFolder _root = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_host_that_downloads_are_redirected_to_is_shown_no_token()
    {
        await using var store = new FakeHub { Files = { [File] = Model } };
        await using var hub = new FakeHub
        {
            Files = { [File] = Model },
            Hashes = { [File] = Hash(Model) },
            Store = store,
        };
        await Store(hub).PullAsync(Id, null, Cancel);
        Assert.All(hub.Requests, request => Assert.EndsWith("token", request, StringComparison.Ordinal));
        Assert.Equal(2, store.Requests.Count);
        Assert.All(
            store.Requests,
            request => Assert.DoesNotContain("token", request.Replace("tokenizer", "", StringComparison.Ordinal), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_resumed_download_names_the_tag_of_what_is_there()
    {
        await using var hub = new FakeHub { Files = { [File] = Model } };
        hub.BreakAfter.Enqueue(1000);
        var model = await Store(hub).PullAsync(Id, null, Cancel);
        Assert.Equal(Model, await System.IO.File.ReadAllBytesAsync(model.ModelPath, Cancel));
        Assert.Contains(
            hub.Requests,
            request => request.Contains($"bytes=1000- \"{Convert.ToHexStringLower(MD5.HashData(Model))}\"", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_broken_download_that_nothing_tells_apart_begins_again()
    {
        await using var hub = new FakeHub { Files = { [File] = Model }, Tags = false };
        hub.BreakAfter.Enqueue(1000);
        var model = await Store(hub).PullAsync(Id, null, Cancel);
        Assert.Equal(Model, await System.IO.File.ReadAllBytesAsync(model.ModelPath, Cancel));
        Assert.DoesNotContain(hub.Requests, request => request.Contains("bytes=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_without_a_stated_length_that_ends_early_is_told_by_its_hash()
    {
        await using var hub = new FakeHub
        {
            Files = { [File] = Model },
            Hashes = { [File] = Hash(Model) },
            HidesLengths = true,
        };
        hub.BreakAfter.Enqueue(1000);
        var store = Store(hub);
        await Assert.ThrowsAsync<ModelIntegrityException>(() => store.PullAsync(Id, null, Cancel));
        Assert.Null(store.Find(Id));
        Assert.Equal(Model, await System.IO.File.ReadAllBytesAsync((await store.PullAsync(Id, null, Cancel)).ModelPath, Cancel));
    }

    [Fact]
    public async Task A_file_that_changes_between_two_attempts_is_the_new_one_and_no_mixture()
    {
        var changed = TinyModel.Onnx(width: 256);
        await using var hub = new FakeHub { Files = { [File] = Model } };
        hub.BreakAfter.Enqueue(1000);
        hub.BreakAfter.Enqueue(0);
        hub.BreakAfter.Enqueue(0);
        await Assert.ThrowsAsync<ModelPullException>(() => Store(hub).PullAsync(Id, null, Cancel));
        hub.Files[File] = changed;
        Assert.Equal(changed, await System.IO.File.ReadAllBytesAsync((await Store(hub).PullAsync(Id, null, Cancel)).ModelPath, Cancel));
    }

    [Theory]
    [InlineData(-100)]
    [InlineData(100)]
    public async Task A_host_that_lies_about_the_length_installs_nothing(int lie)
    {
        await using var hub = new FakeHub
        {
            Files = { [File] = Model },
            Hashes = { [File] = Hash(Model) },
            ClaimedLengths = { [File] = Model.Length + lie },
            IgnoresRanges = true,
        };
        var store = Store(hub);
        await Assert.ThrowsAnyAsync<ModelException>(() => store.PullAsync(Id, null, Cancel));
        Assert.Null(store.Find(Id));
    }

    [Fact]
    public async Task A_store_that_gives_another_length_than_the_hub_states_is_not_believed()
    {
        await using var hub = new FakeHub
        {
            Files = { [File] = Model },
            Sizes = { [File] = Model.Length + 1 },
            Redirects = true,
        };
        var store = Store(hub);
        var problem = await Assert.ThrowsAsync<ModelPullException>(() => store.PullAsync(Id, null, Cancel));
        Assert.Contains($"states {Model.Length + 1} bytes", problem.Message, StringComparison.Ordinal);
        Assert.Null(store.Find(Id));
    }

    [Theory]
    [InlineData(File, "<html>Please log in</html>")]
    [InlineData("tokenizer.json", "{\"version\":")]
    public async Task What_is_no_model_is_thrown_away_and_the_next_pull_gets_the_right_file(string file, string wrong)
    {
        await using var hub = new FakeHub { Files = { [File] = Model } };
        var right = hub.Files[file];
        hub.Files[file] = Encoding.UTF8.GetBytes(wrong);
        var store = Store(hub);
        await Assert.ThrowsAsync<ModelPullException>(() => store.PullAsync(Id, null, Cancel));
        Assert.Null(store.Find(Id));
        hub.Files[file] = right;
        Assert.Equal(Model, await System.IO.File.ReadAllBytesAsync((await store.PullAsync(Id, null, Cancel)).ModelPath, Cancel));
    }

    [Fact]
    public async Task A_file_that_no_disk_has_room_for_fails_before_it_is_fetched()
    {
        await using var hub = new FakeHub { Files = { [File] = Model }, ClaimedLengths = { [File] = 1L << 60 } };
        var problem = await Assert.ThrowsAsync<ModelPullException>(() => Store(hub).PullAsync(Id, null, Cancel));
        Assert.Contains($"needs {1L << 60} more bytes", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_busy_host_is_left_alone_as_long_as_it_asks(int status)
    {
        var time = new HurryingTime();
        await using var hub = new FakeHub { Files = { [File] = Model }, RetryAfter = "77" };
        hub.Refusals.Enqueue(status);
        hub.HeadRefusals.Enqueue(status);
        Assert.NotNull(await Store(hub, hub.Options with { Time = time }).PullAsync(Id, null, Cancel));
        Assert.Equal([77d, 77d], time.Waited.Select(pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task A_host_that_asks_for_an_hour_ends_the_pull_and_says_so()
    {
        await using var hub = new FakeHub { Files = { [File] = Model }, RetryAfter = "3600" };
        hub.Refusals.Enqueue(503);
        var problem = await Assert.ThrowsAsync<ModelPullException>(() => Store(hub).PullAsync(Id, null, Cancel));
        Assert.Contains("3600 s", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_refusal_names_the_repository_the_file_and_the_token(int status)
    {
        await using var hub = new FakeHub { Files = { [File] = Model } };
        hub.Refusals.Enqueue(status);
        var problem = await Assert.ThrowsAsync<ModelPullException>(() => Store(hub).PullAsync(Id, null, Cancel));
        Assert.All([Id, File, "HF_TOKEN", $"{status}"], part => Assert.Contains(part, problem.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("secret-token", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_pull_leaves_no_model_and_the_next_one_goes_on_where_it_ended()
    {
        await using var hub = new FakeHub { Files = { [File] = Model } };
        hub.StallAfter.Enqueue(1000);
        var store = Store(hub);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var pull = store.PullAsync(Id, new Until(1000, cancelled), cancelled.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pull);
        Assert.Null(store.Find(Id));
        Assert.Throws<ModelNotInstalledException>(() => store.Resolve(ModelTask.Embed, Id));

        Assert.Equal(Model, await System.IO.File.ReadAllBytesAsync((await store.PullAsync(Id, null, Cancel)).ModelPath, Cancel));
        Assert.Contains(hub.Requests, request => request.Contains("bytes=1000-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_download_that_falls_silent_is_taken_up_again()
    {
        await using var hub = new FakeHub { Files = { [File] = Model } };
        hub.StallAfter.Enqueue(1000);
        var store = Store(hub, hub.Options with { StallTimeout = TimeSpan.FromMilliseconds(300) });
        Assert.Equal(Model, await System.IO.File.ReadAllBytesAsync((await store.PullAsync(Id, null, Cancel)).ModelPath, Cancel));
        Assert.True(hub.Stalled.Task.IsCompleted);
    }

    [Fact]
    public async Task A_second_pull_says_that_it_waits_for_the_first()
    {
        await using var hub = new FakeHub { Files = { [File] = Model } };
        hub.StallAfter.Enqueue(1000);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var first = Store(hub).PullAsync(Id, null, cancelled.Token);
        await hub.Stalled.Task.WaitAsync(Cancel);
        var told = new Steps();
        var second = Store(hub).PullAsync(Id, told, Cancel);
        await told.Waiting.Task.WaitAsync(Cancel);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(Model, await System.IO.File.ReadAllBytesAsync((await second).ModelPath, Cancel));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private ModelStore Store(FakeHub hub, PullOptions? options = null) =>
        new(TinyModel.Catalog(TinyModel.Entry(Id, ModelTask.Embed, TinyModel.Hub(Id))), [_root.Path], options ?? hub.Options);

    /// <summary>Hears that a pull waits for another.</summary>
    private sealed class Steps : IProgress<PullProgress>
    {
        public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Report(PullProgress value)
        {
            if (value.Step.StartsWith("Waiting", StringComparison.Ordinal))
            {
                Waiting.TrySetResult();
            }
        }
    }

    /// <summary>A clock whose pauses are over at once and remembered.</summary>
    private sealed class HurryingTime : TimeProvider
    {
        public List<TimeSpan> Waited { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waited.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
