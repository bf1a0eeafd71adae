using System.Numerics.Tensors;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx;
using EmbedPlatform.Inference.Onnx.Rewriting;
using EmbedPlatform.Inference.Quantization;
using EmbedPlatform.Inference.Tests.Models;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;
using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Quantization;

/// <summary>Published graphs of two families of exports against ONNX Runtime alone.</summary>
public sealed class RealModelTests(QuantizedModels quantized) : IClassFixture<QuantizedModels>, IDisposable
{
    private static readonly string[] Texts =
    [
        "A cat sits on the mat.",
        "The mat has a cat on it.",
        "Interest rates rose by half a point.",
        "0-dimensional biomaterials lack inductive properties.",
        "Zürich – naïve café, 東京",
        "ok",
        .. Enumerable.Range(1, 10).Select(i => string.Join(' ', Enumerable.Repeat("Cells divide, and proteins fold.", 2 * i))),
    ];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(RealModel.Ids), MemberType = typeof(RealModel))]
    public async Task The_engine_s_vectors_are_those_of_onnx_runtime_alone(string id)
    {
        var source = RealModel.Require(id);
        await using var model = EmbeddingModel.Load(source, new InferenceOptions { Workers = 2 });

        var vectors = await EmbedAsync(model, Texts);

        var raw = Raw(source, source.ModelPath);
        Assert.All(raw.Zip(vectors), pair => Assert.InRange(Distance(pair.First, pair.Second), 0, 1e-5f));
    }

    [Theory]
    [MemberData(nameof(RealModel.Ids), MemberType = typeof(RealModel))]
    public void Every_layer_of_the_graph_is_found_and_its_numbers_stay(string id)
    {
        var source = RealModel.RequireFloats(id);

        var found = GraphOptimizer.Optimize(source.ModelPath, _folder["optimized.onnx"]);

        Assert.Equal((13, 6, (string?)null), (found.Norms, found.Activations, found.OpsetKept));
        Assert.Equal(OpsetConversion.Target, OnnxReader.Read(_folder["optimized.onnx"]).Opsets[""]);
        Assert.All(
            Raw(source, source.ModelPath).Zip(Raw(source, _folder["optimized.onnx"])),
            pair => Assert.InRange(Distance(pair.First, pair.Second), 0, 1e-5f)
        );
    }

    [Theory]
    [MemberData(nameof(RealModel.Ids), MemberType = typeof(RealModel))]
    public async Task Int8_vectors_keep_their_direction(string id)
    {
        var source = RealModel.RequireFloats(id);
        await using var floats = EmbeddingModel.Load(source, new InferenceOptions { Workers = 2 });
        await using var int8 = EmbeddingModel.Load(await quantized.GetAsync(id, Token), new InferenceOptions { Workers = 2 });

        var (expected, actual) = (await EmbedAsync(floats, Texts), await EmbedAsync(int8, Texts));

        Assert.All(
            expected.Zip(actual),
            pair => Assert.InRange(TensorPrimitives.CosineSimilarity<float>(pair.First, pair.Second), 0.97f, 1.0001f)
        );
    }

    [Theory]
    [MemberData(nameof(RealModel.Ids), MemberType = typeof(RealModel))]
    public async Task Int8_vectors_have_the_same_bits_alone_and_in_batches(string id)
    {
        await using var int8 = EmbeddingModel.Load(await quantized.GetAsync(id, Token), new InferenceOptions { Workers = 2 });

        var together = await EmbedAsync(int8, Texts);

        for (var i = 0; i < Texts.Length; i++)
        {
            Assert.Equal(Assert.Single(await EmbedAsync(int8, [Texts[i]])), together[i]);
        }
    }

    [Theory]
    [MemberData(nameof(RealModel.Ids), MemberType = typeof(RealModel))]
    public async Task An_int8_model_is_not_quantised_again(string id)
    {
        var int8 = await quantized.GetAsync(id, Token);

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() =>
            ModelQuantizer.QuantizeAsync(int8.Folder, _folder["twice"], TinyModel.Catalog(), new QuantizationOptions(), Token)
        );

        Assert.Contains("already quantised", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<float[][]> EmbedAsync(EmbeddingModel model, IReadOnlyList<string> texts) =>
        [.. (await model.EmbedAsync(texts, new EmbedOptions(), Token)).Select(embedding => embedding.Vector)];

    private static float Distance(float[] a, float[] b) => a.Zip(b, (x, y) => MathF.Abs(x - y)).Max();

    /// <summary>Text by text, pooled and normalised here.</summary>
    private static float[][] Raw(InstalledModel model, string path)
    {
        var tokenizer = Tokenizer.Load(model.TokenizerPath);
        using var session = new InferenceSession(path);
        return
        [
            .. Texts.Select(text =>
            {
                var ids = tokenizer.Encode(text, new EncodeOptions { MaxTokens = model.Entry.MaxTokens, MatchSpecialTokens = false }).Ids;
                var tokens = Runs.Run(session, [ids], ids.Length, "last_hidden_state")[0];
                var vector = new float[model.Entry.Dimension];
                foreach (var token in tokens.Chunk(vector.Length).Take(model.Entry.Pooling == Pooling.Cls ? 1 : ids.Length))
                {
                    TensorPrimitives.Add(vector, token, vector);
                }

                TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
                return vector;
            }),
        ];
    }
}
