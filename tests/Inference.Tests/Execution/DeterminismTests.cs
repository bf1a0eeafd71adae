using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Execution.Running;
using EmbedPlatform.Inference.Quantization;
using EmbedPlatform.Inference.Tests.Models;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Execution;

/// <summary>A cached vector has to equal a recomputed one: the same text gives the same bits, whoever else is in the queue.</summary>
public sealed class DeterminismTests : IDisposable
{
    private const int Texts = 5000;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fp32")]
    [InlineData("int8")]
    public async Task Five_thousand_texts_have_the_same_bits_in_every_batch_order_and_number_of_callers(string variant)
    {
        var texts = Sentences();
        await using var narrow = Load(variant, new InferenceOptions { Workers = 1, BatchTokens = 16 });
        await using var wide = Load(
            variant,
            new InferenceOptions
            {
                Workers = 3,
                BatchTokens = 1024,
                QueueTokens = 1_000_000,
            }
        );

        var expected = await narrow.EmbedAsync(texts, new EmbedOptions { Lane = Lane.Bulk }, Token);
        var actual = new TextEmbedding[texts.Length];
        var order = Enumerable.Range(0, texts.Length).ToArray();
        new Random(42).Shuffle(order);
        var requests = order
            .Chunk(357)
            .Select(
                async (indexes, number) =>
                {
                    var options = new EmbedOptions { Lane = number % 2 == 0 ? Lane.Bulk : Lane.Interactive };
                    var results = await wide.EmbedAsync([.. indexes.Select(i => texts[i])], options, Token);
                    for (var i = 0; i < indexes.Length; i++)
                    {
                        actual[indexes[i]] = results[i];
                    }
                }
            );
        await Task.WhenAll(requests);

        Assert.Equal([], Enumerable.Range(0, texts.Length).Where(i => !Bits(expected[i]).SequenceEqual(Bits(actual[i]))));
        Assert.True(expected.Select(result => result.Vector[0]).Distinct().Count() > Texts / 2, "the texts must give different vectors");
    }

    [Theory]
    [InlineData("fp32")]
    [InlineData("int8")]
    public async Task A_lone_text_has_the_same_bits_on_several_cores_as_beside_others_on_one(string variant)
    {
        var texts = Sentences()[..300];
        await using var model = Load(variant, new InferenceOptions { Workers = 3 }, intraOpThreads: 3);

        var together = await model.EmbedAsync(texts, new EmbedOptions(), Token);

        for (var i = 0; i < texts.Length; i++)
        {
            var alone = await model.EmbedAsync([texts[i]], new EmbedOptions { RunOnCallerThread = true }, Token);
            Assert.Equal(Bits(together[i]), Bits(alone[0]));
        }
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<int> Bits(TextEmbedding result) => result.Vector.Select(BitConverter.SingleToInt32Bits);

    /// <summary>Short pieces of different length: what is padded most, and what would be batched most.</summary>
    private static string[] Sentences()
    {
        var random = new Random(7);
        string[] words =
        [
            "protein",
            "cell",
            "of",
            "the",
            "binding",
            "mutation",
            "increases",
            "in",
            "patients",
            "with",
            "low",
            "expression",
            "and",
            "DNA",
            "is",
            "a",
        ];
        return
        [
            .. Enumerable
                .Range(0, Texts)
                .Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.GetItems(words, 1)[0]))),
        ];
    }

    private EmbeddingModel Load(string variant, InferenceOptions options, int intraOpThreads = 1)
    {
        var installed = Repository.PathOf(".data", "models", "use-lite");
        var floats = Path.Combine(installed, "model.onnx");
        Assert.SkipUnless(File.Exists(floats), "needs USE-lite: run ./embedctl models pull use-lite");
        var path = variant == "fp32" ? floats : _folder["model.int8.onnx"];
        if (!File.Exists(path))
        {
            Int8Quantizer.Quantize(floats, path, []);
        }

        var encoder = new TokenizerEncoder(EmbedPlatform.Inference.Tokenization.Tokenizer.Load(Path.Combine(installed, "tokenizer.json")));
        return EmbeddingModel.Over(
            new LoadedModel("use-lite", "test", variant, 512, 128),
            new EmbeddingRunner(path, TinyModel.Entry("use-lite") with { Dimension = 512 }, 0, intraOpThreads: intraOpThreads),
            encoder,
            options
        );
    }
}
