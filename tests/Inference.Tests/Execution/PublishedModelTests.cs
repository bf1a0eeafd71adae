using System.Numerics.Tensors;
using System.Text.Json;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.TestKit;
using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Execution;

/// <summary>The engine's vectors of real transformers against ONNX Runtime alone on the same file, pooled here.</summary>
public sealed class PublishedModelTests
{
    private const float Tolerance = 1e-5f;
    private const int MostCharacters = 250;
    private const int Texts = 120;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Ids => ["all-MiniLM-L6-v2", "snowflake-arctic-embed-xs"];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task The_vectors_of_the_floats_are_those_of_ONNX_Runtime_alone(string id) =>
        await SameAsync(await PublishedModels.FloatsAsync(id, Token));

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task The_vectors_of_the_installed_form_are_those_of_ONNX_Runtime_alone(string id) =>
        await SameAsync(PublishedModels.Installed(id));

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task The_tokenizer_built_of_the_vocabulary_gives_the_golden_ids(string id)
    {
        var tokenizer = Tokenizer.Load((await PublishedModels.FloatsAsync(id, Token)).TokenizerPath);
        var wrong = Lines().Count(line => !tokenizer.Encode(Text(line)).Ids.SequenceEqual(line.GetProperty("ids").Deserialize<int[]>()!));
        Assert.Equal(0, wrong);
    }

    [Fact]
    public async Task Int8_vectors_are_near_those_of_the_floats()
    {
        var texts = Sample();
        var (floats, int8) = (await PublishedModels.FloatsAsync("all-MiniLM-L6-v2", Token), PublishedModels.Installed("all-MiniLM-L6-v2"));
        Assert.Equal("int8", int8.Variant);

        var cosines = (await EmbedAsync(floats, texts))
            .Zip(await EmbedAsync(int8, texts), (a, b) => TensorPrimitives.CosineSimilarity<float>(a, b))
            .ToArray();

        Assert.InRange(cosines.Average(), 0.99f, 1.001f);
    }

    private static async Task SameAsync(InstalledModel installed)
    {
        var texts = Sample();
        var expected = Plain(installed, texts);
        var actual = await EmbedAsync(installed, texts);
        var worst = expected.Zip(actual, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).Max();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{installed.Entry.Id} {installed.Variant}: worst difference {worst} over {texts.Length} texts"
        );
        Assert.InRange(worst, 0, Tolerance);
    }

    private static async Task<float[][]> EmbedAsync(InstalledModel installed, string[] texts)
    {
        await using var model = EmbeddingModel.Load(installed, new InferenceOptions { Workers = 2 });
        return [.. (await model.EmbedAsync(texts, new EmbedOptions { Lane = Lane.Bulk }, Token)).Select(text => text.Vector)];
    }

    /// <summary>One text at a time, without anything of the engine but the tokenizer.</summary>
    private static float[][] Plain(InstalledModel installed, string[] texts)
    {
        var tokenizer = Tokenizer.Load(installed.TokenizerPath);
        using var session = new InferenceSession(installed.ModelPath);
        using var options = new RunOptions();
        return
        [
            .. texts.Select(text =>
            {
                var ids = Array.ConvertAll(tokenizer.Encode(text).Ids, id => (long)id);
                using var input = OrtValue.CreateTensorValueFromMemory(ids, [1, ids.Length]);
                using var mask = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(ids, _ => 1L), [1, ids.Length]);
                using var types = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], [1, ids.Length]);
                var inputs = new Dictionary<string, OrtValue>
                {
                    ["input_ids"] = input,
                    ["attention_mask"] = mask,
                    ["token_type_ids"] = types,
                };
                using var results = session.Run(options, inputs, ["last_hidden_state"]);
                return Pooled(results[0].GetTensorDataAsSpan<float>(), installed.Entry);
            }),
        ];
    }

    private static float[] Pooled(ReadOnlySpan<float> tokens, CatalogEntry entry)
    {
        var vector = tokens[..entry.Dimension].ToArray();
        if (entry.Pooling == Pooling.Mean)
        {
            for (var at = entry.Dimension; at < tokens.Length; at += entry.Dimension)
            {
                TensorPrimitives.Add(vector, tokens.Slice(at, entry.Dimension), vector);
            }
        }

        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    private static string[] Sample() =>
        [.. Lines().Select(Text).Where(text => text.Length is > 0 and < MostCharacters && !string.IsNullOrWhiteSpace(text)).Take(Texts)];

    private static IEnumerable<JsonElement> Lines() =>
        File.ReadLines(SharedAssets.Require("tokenizers/bert-uncased/golden.jsonl"))
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line));

    private static string Text(JsonElement line) => line.GetProperty("text").GetString()!;
}
