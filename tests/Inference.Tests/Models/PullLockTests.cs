using System.Security.Cryptography;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Models;

/// <summary>What was pulled once stays what it is: locks, manifests, variants.</summary>
public sealed class PullLockTests : IDisposable
{
    private const string Id = "publisher/tiny";
    private const string File = "onnx/model.onnx";
    private static readonly byte[] Model = TinyModel.Onnx(width: 512);
    private readonly TemporaryFolder _root = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task The_same_lock_on_another_machine_gives_the_same_bytes_or_an_error()
    {
        await using var hub = new FakeHub { Files = { [File] = Model } };
        await Store(hub).PullAsync(Id, null, Cancel);

        using var second = new TemporaryFolder();
        System.IO.File.Copy(_root["models.lock.json"], second["models.lock.json"]);
        hub.Commit = new string('f', 40);
        var same = await Store(hub, root: second.Path).PullAsync(Id, null, Cancel);
        Assert.Equal(
            (FakeHub.FirstCommit, Hash(Model)),
            (same.Revision, Hash(await System.IO.File.ReadAllBytesAsync(same.ModelPath, Cancel)))
        );

        using var third = new TemporaryFolder();
        System.IO.File.Copy(_root["models.lock.json"], third["models.lock.json"]);
        hub.Files[File] = TinyModel.Onnx(width: 256);
        var other = Store(hub, root: third.Path);
        await Assert.ThrowsAsync<ModelIntegrityException>(() => other.PullAsync(Id, null, Cancel));
        Assert.Null(other.Find(Id));
    }

    [Fact]
    public async Task A_model_whose_manifest_was_rewritten_does_not_verify_against_the_lock()
    {
        await using var hub = new FakeHub { Files = { [File] = Model } };
        var store = Store(hub);
        var model = await store.PullAsync(Id, null, Cancel);
        Assert.True((await store.VerifyAsync(Id, Cancel)).Intact);

        var other = TinyModel.Onnx(width: 256);
        await System.IO.File.WriteAllBytesAsync(model.ModelPath, other, Cancel);
        var manifest = Path.Combine(model.Folder, "model.json");
        var text = await System.IO.File.ReadAllTextAsync(manifest, Cancel);
        await System.IO.File.WriteAllTextAsync(
            manifest,
            text.Replace(Hash(Model), Hash(other), StringComparison.Ordinal)
                .Replace($"{Model.Length}", $"{other.Length}", StringComparison.Ordinal),
            Cancel
        );
        var check = await store.VerifyAsync(Id, Cancel);
        Assert.Contains(
            "was published with",
            Assert.Single(check.Files, file => file.Problem is not null).Problem,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_variant_replaces_what_is_installed_when_it_is_all_there()
    {
        var small = TinyModel.Onnx(width: 16);
        await using var hub = new FakeHub { Files = { [File] = Model, ["onnx/small.onnx"] = small } };
        var source = TinyModel.Hub(Id);
        var variant = new ModelVariant(
            "int8",
            [source with { Files = [new("onnx/small.onnx", "model.onnx"), source.Files[1]] }],
            Pooling.Cls,
            ["dense", "sparse"]
        );
        var entry = TinyModel.Entry(Id, ModelTask.Embed, source) with { Outputs = ["dense"], Variants = [variant] };
        var store = new ModelStore(TinyModel.Catalog(entry), [_root.Path], hub.Options);

        Assert.Equal("fp32", (await store.PullAsync(Id, null, Cancel)).Variant);
        var model = await store.PullAsync(Id, "INT8", null, Cancel);
        Assert.Equal(("int8", Pooling.Cls, 2), (model.Variant, model.Entry.Pooling, model.Entry.Outputs.Count));
        Assert.Equal(small, await System.IO.File.ReadAllBytesAsync(model.ModelPath, Cancel));
        Assert.Equal(model.ModelPath, (await store.PullAsync(Id, null, Cancel)).ModelPath);
        Assert.Contains(
            "fp32, int8",
            (await Assert.ThrowsAsync<UnknownModelException>(() => store.PullAsync(Id, "int4", null, Cancel))).Message,
            StringComparison.Ordinal
        );
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private ModelStore Store(FakeHub hub, string? root = null) =>
        new(TinyModel.Catalog(TinyModel.Entry(Id, ModelTask.Embed, TinyModel.Hub(Id))), [root ?? _root.Path], hub.Options);
}
