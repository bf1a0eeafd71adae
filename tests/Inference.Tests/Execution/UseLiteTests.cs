using System.Text.Json;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Execution.Running;
using EmbedPlatform.Inference.Tests.Models;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Execution;

/// <summary>The imported USE-lite in the real runtime against the outputs of the graph it came from.</summary>
public sealed class UseLiteTests
{
    private const float Tolerance = 1e-4f;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_embedding_is_the_golden_one_alone_and_in_mixed_batches()
    {
        var golden = Golden();
        await using var model = Load(golden);
        var options = new EmbedOptions();

        var together = await model.EmbedAsync([.. golden.Select(item => item.Text)], options, Token);
        var (worst, differing) = (0f, 0);
        for (var i = 0; i < golden.Length; i++)
        {
            var alone = Assert.Single(await model.EmbedAsync([golden[i].Text], options, Token));
            worst = Math.Max(
                worst,
                Math.Max(Distance(golden[i].Embedding, alone.Vector), Distance(golden[i].Embedding, together[i].Vector))
            );
            differing += alone.Vector.AsSpan().SequenceEqual(together[i].Vector) ? 0 : 1;
            Assert.Equal((Math.Min(128, golden[i].Ids.Length), golden[i].Ids.Length > 128), (alone.Tokens, alone.Truncated));
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"worst difference {worst}; {differing} of {golden.Length} differ in their bits between alone and together"
        );
        Assert.InRange(worst, 0, Tolerance);
    }

    [Fact]
    public async Task Many_callers_at_a_time_get_their_own_vectors()
    {
        var golden = Golden();
        await using var model = Load(golden);

        await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(async i =>
                {
                    var item = golden[i % golden.Length];
                    var options = new EmbedOptions { Lane = i % 2 == 0 ? Lane.Interactive : Lane.Bulk };
                    Assert.InRange(
                        Distance(item.Embedding, Assert.Single(await model.EmbedAsync([item.Text], options, Token)).Vector),
                        0,
                        Tolerance
                    );
                })
        );
    }

    private static float Distance(float[] expected, float[] actual) => expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();

    private static Item[] Golden()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(SharedAssets.Require("models/use-lite/reference.json")));
        return
        [
            .. file
                .RootElement.GetProperty("items")
                .EnumerateArray()
                .Select(item => new Item(
                    item.GetProperty("text").GetString()!,
                    item.GetProperty("ids").Deserialize<int[]>()!,
                    item.GetProperty("embedding").Deserialize<float[]>()!
                )),
        ];
    }

    private static EmbeddingModel Load(Item[] golden)
    {
        var model = Repository.PathOf(".data", "models", "use-lite", "model.onnx");
        Assert.SkipUnless(File.Exists(model), "needs USE-lite: run ./embedctl models pull use-lite");
        return EmbeddingModel.Over(
            new LoadedModel("use-lite", "test", "fp32", 512, 128),
            new EmbeddingRunner(model, TinyModel.Entry("use-lite") with { Dimension = 512 }, 0),
            new GoldenEncoder(golden.ToDictionary(item => (item.Text, (string?)null), item => item.Ids), [341]),
            new InferenceOptions { Workers = 2 }
        );
    }

    private sealed record Item(string Text, int[] Ids, float[] Embedding);
}
