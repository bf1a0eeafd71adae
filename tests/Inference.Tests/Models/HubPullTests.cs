using System.Security.Cryptography;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Models;

public sealed class HubPullTests : IDisposable
{
    private const string Id = "publisher/tiny";
    private static readonly byte[] Model = TinyModel.Onnx(width: 512);
    private readonly TemporaryFolder _root = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_pulled_model_is_installed_at_the_commit_the_hub_names()
    {
        await using var hub = new FakeHub { Files = { ["onnx/model.onnx"] = Model } };
        var store = Store(hub);
        var model = await store.PullAsync(Id, null, Cancel);
        Assert.Equal(FakeHub.FirstCommit, model.Revision);
        Assert.Equal(Model, await File.ReadAllBytesAsync(model.ModelPath, Cancel));
        Assert.Equal(model, store.Resolve(ModelTask.Embed, Id));
        Assert.Contains(Hash(Model), await File.ReadAllTextAsync(_root["models.lock.json"], Cancel), StringComparison.Ordinal);
        Assert.All(hub.Requests.Skip(1), request => Assert.Contains($"/resolve/{FakeHub.FirstCommit}/", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_download_that_breaks_off_twice_goes_on_where_it_ended()
    {
        await using var hub = new FakeHub { Files = { ["onnx/model.onnx"] = Model } };
        hub.BreakAfter.Enqueue(1000);
        hub.BreakAfter.Enqueue(500);
        var model = await Store(hub).PullAsync(Id, null, Cancel);
        Assert.Equal(Model, await File.ReadAllBytesAsync(model.ModelPath, Cancel));
        Assert.Contains(hub.Requests, request => request.Contains("bytes=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_without_ranges_gives_the_whole_file_again_and_the_result_is_right()
    {
        await using var hub = new FakeHub { Files = { ["onnx/model.onnx"] = Model }, IgnoresRanges = true };
        hub.BreakAfter.Enqueue(1000);
        var model = await Store(hub).PullAsync(Id, null, Cancel);
        Assert.Equal(Model, await File.ReadAllBytesAsync(model.ModelPath, Cancel));
    }

    [Fact]
    public async Task A_download_that_never_gets_further_fails_and_the_half_file_is_not_a_model()
    {
        await using var hub = new FakeHub { Files = { ["onnx/model.onnx"] = Model }, IgnoresRanges = true };
        for (var i = 0; i < 10; i++)
        {
            hub.BreakAfter.Enqueue(1000);
        }

        var store = Store(hub);
        await Assert.ThrowsAsync<ModelPullException>(() => store.PullAsync(Id, null, Cancel));
        Assert.Null(store.Find(Id));
        Assert.Throws<ModelNotInstalledException>(() => store.Resolve(ModelTask.Embed, Id));
        hub.BreakAfter.Clear();
        Assert.Equal(Model, await File.ReadAllBytesAsync((await store.PullAsync(Id, null, Cancel)).ModelPath, Cancel));
    }

    [Fact]
    public async Task A_redirect_is_followed_and_the_stated_hash_checked()
    {
        await using var hub = new FakeHub
        {
            Files = { ["onnx/model.onnx"] = Model },
            Hashes = { ["onnx/model.onnx"] = Hash(Model) },
            Redirects = true,
        };
        var model = await Store(hub).PullAsync(Id, null, Cancel);
        Assert.Equal(Model, await File.ReadAllBytesAsync(model.ModelPath, Cancel));
        Assert.Contains(hub.Requests, request => request.Contains("/stored/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_with_another_hash_than_stated_is_thrown_away(bool redirects)
    {
        await using var hub = new FakeHub
        {
            Files = { ["onnx/model.onnx"] = Model },
            Hashes = { ["onnx/model.onnx"] = new string('a', 64) },
            Redirects = redirects,
        };
        var store = Store(hub);
        await Assert.ThrowsAsync<ModelIntegrityException>(() => store.PullAsync(Id, null, Cancel));
        Assert.Null(store.Find(Id));
        Assert.Empty(Directory.GetFiles(_root.Path, "model.onnx*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_file_that_changed_under_the_same_commit_is_refused()
    {
        await using var hub = new FakeHub { Files = { ["onnx/model.onnx"] = Model } };
        var store = Store(hub);
        Directory.Delete((await store.PullAsync(Id, null, Cancel)).Folder, recursive: true);
        hub.Files["onnx/model.onnx"] = TinyModel.Onnx(width: 256);
        await Assert.ThrowsAsync<ModelIntegrityException>(() => store.PullAsync(Id, null, Cancel));
        Assert.Null(store.Find(Id));
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_busy_host_is_asked_again(int status)
    {
        await using var hub = new FakeHub { Files = { ["onnx/model.onnx"] = Model } };
        hub.Refusals.Enqueue(status);
        Assert.NotNull(await Store(hub).PullAsync(Id, null, Cancel));
    }

    [Fact]
    public async Task A_missing_file_fails_with_its_address()
    {
        await using var hub = new FakeHub();
        var problem = await Assert.ThrowsAsync<ModelPullException>(() => Store(hub).PullAsync(Id, null, Cancel));
        Assert.Contains("publisher/tiny", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_in_a_file_of_their_own_are_fetched_too()
    {
        var weights = new byte[8 * 4 * 4];
        weights[7] = 1;
        await using var hub = new FakeHub
        {
            Files = { ["onnx/model.onnx"] = TinyModel.Onnx(external: "model.onnx_data"), ["onnx/model.onnx_data"] = weights },
        };
        var model = await Store(hub).PullAsync(Id, null, Cancel);
        Assert.Equal(weights, await File.ReadAllBytesAsync(Path.Combine(model.Folder, "model.onnx_data"), Cancel));
    }

    [Fact]
    public async Task Weights_outside_the_folder_are_neither_fetched_nor_installed()
    {
        await using var hub = new FakeHub { Files = { ["onnx/model.onnx"] = TinyModel.Onnx(external: "../../../escaped") } };
        var store = Store(hub);
        var problem = await Assert.ThrowsAsync<ModelPullException>(() => store.PullAsync(Id, null, Cancel));
        Assert.Contains("escaped", problem.Message, StringComparison.Ordinal);
        Assert.Null(store.Find(Id));
    }

    [Fact]
    public async Task Two_pulls_at_once_download_once()
    {
        await using var hub = new FakeHub { Files = { ["onnx/model.onnx"] = Model } };
        var models = await Task.WhenAll(Store(hub).PullAsync(Id, null, Cancel), Store(hub).PullAsync(Id, null, Cancel));
        Assert.Equal(models[0].ModelPath, models[1].ModelPath);
        Assert.Single(
            hub.Requests,
            request => request.StartsWith("GET", StringComparison.Ordinal) && request.Contains("model.onnx", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_default_is_the_first_whose_host_answers_and_is_remembered()
    {
        await using var hub = new FakeHub { Files = { ["onnx/model.onnx"] = Model } };
        var catalog = TinyModel.Catalog(
            TinyModel.Entry("first", ModelTask.Embed, new BundledSource()),
            TinyModel.Entry(Id, ModelTask.Embed, TinyModel.Hub(Id))
        );
        var store = new ModelStore(catalog, [_root.Path], hub.Options);
        Assert.Equal(Id, (await store.PullAsync("default", null, Cancel)).Entry.Id);
        var asked = hub.Requests.Count;
        Assert.Equal(Id, (await store.PullAsync("default", null, Cancel)).Entry.Id);
        Assert.Equal(asked, hub.Requests.Count);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private ModelStore Store(FakeHub hub) =>
        new(TinyModel.Catalog(TinyModel.Entry(Id, ModelTask.Embed, TinyModel.Hub(Id))), [_root.Path], hub.Options);
}
