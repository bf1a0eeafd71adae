using System.Text.Json;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Models.Synthetic;
using EmbedPlatform.Inference.Onnx;
using EmbedPlatform.Inference.Quantization;
using EmbedPlatform.Inference.Tests.Models;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Quantization;

public sealed class ModelQuantizerTests : IDisposable
{
    private static readonly TransformerShape Shape = new("small-bert", "bert", 20000, 64, 2, 4, 128, 80, 2, 1e-12f);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_new_folder_can_be_imported_and_its_vectors_are_near_the_old_ones()
    {
        var report = await Quantize(0.99);

        Assert.Equal("synthetic/small-bert-int8", report.Id);
        Assert.InRange(report.MeanCosine, 0.99, 1);
        Assert.InRange(report.LowestCosine, 0.9, report.MeanCosine);
        Assert.True(report.Bytes < report.SourceBytes / 3.5);
        Assert.True(report.TokensPerSecond > 0 && report.SourceTokensPerSecond > 0);

        var store = new ModelStore(TinyModel.Catalog(), [_folder["store"]]);
        var installed = await store.ImportAsync(_folder["int8"], null, TestContext.Current.CancellationToken);
        Assert.Equal("int8", installed.Variant);
        Assert.Equal(["synthetic/small-bert"], installed.MadeFrom);
        await using var model = EmbeddingModel.Load(installed, new InferenceOptions { Workers = 1 });
        var vectors = await model.EmbedAsync(["a cab", "bad face", "a cab"], new EmbedOptions(), TestContext.Current.CancellationToken);
        Assert.Equal(vectors[0].Vector, vectors[2].Vector);
        Assert.NotEqual(vectors[0].Vector, vectors[1].Vector);
    }

    [Fact]
    public async Task A_result_below_the_limit_is_thrown_away()
    {
        var refused = await Assert.ThrowsAsync<QuantizationRefusedException>(() => Quantize(0.9999999));

        Assert.Contains("0.99", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["floats", "tokenizer.json"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_folder_with_something_in_it_is_not_written_over()
    {
        Directory.CreateDirectory(_folder["int8"]);
        await File.WriteAllTextAsync(_folder["int8", "mine.txt"], "mine", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<ModelImportException>(() => Quantize(0.99));

        Assert.Equal(["mine.txt"], Directory.EnumerateFiles(_folder["int8"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_graph_and_a_tokenizer_alone_are_enough_to_quantise_and_not_to_import()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(_folder["tokenizer.json"], Tokenizer(), cancellation);
        SyntheticModel.WriteGraph(Shape, _folder["model.onnx"]);

        var report = await ModelQuantizer.QuantizeAsync(
            _folder["model.onnx"],
            _folder["int8"],
            TinyModel.Catalog(),
            new QuantizationOptions(),
            cancellation
        );

        Assert.False(report.Importable);
        Assert.Equal(["model.onnx", "tokenizer.json"], Directory.EnumerateFiles(_folder["int8"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task An_onnx_file_is_written_alone_and_never_over_another()
    {
        await Quantize(0.99);
        Task Again() =>
            ModelQuantizer.QuantizeAsync(
                _folder["floats", "model.onnx"],
                _folder["small.onnx"],
                TinyModel.Catalog(),
                new QuantizationOptions(),
                TestContext.Current.CancellationToken
            );

        await Again();

        Assert.Equal(["small.onnx"], Directory.EnumerateFileSystemEntries(_folder.Path, "small*").Select(Path.GetFileName));
        Assert.Equal(File.ReadAllBytes(_folder["int8", "model.onnx"]), File.ReadAllBytes(_folder["small.onnx"]));
        await Assert.ThrowsAsync<ModelImportException>(Again);
    }

    [Fact]
    public async Task What_is_quantised_already_is_refused_and_nothing_is_left()
    {
        await Quantize(0.99);

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() =>
            ModelQuantizer.QuantizeAsync(
                _folder["int8"],
                _folder["twice"],
                TinyModel.Catalog(),
                new QuantizationOptions(),
                TestContext.Current.CancellationToken
            )
        );

        Assert.Contains("already quantised", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path, "twice*"));
    }

    [Fact]
    public async Task A_graph_that_cannot_be_loaded_is_refused_under_its_own_name()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await Quantize(0.99);
        var path = _folder["floats", "model.onnx"];
        var model = OnnxReader.Read(path);
        model.Nodes[^2] = model.Nodes[^2] with { Operator = "Frobnicate" };
        File.Delete(_folder["floats", "model.json"]);
        OnnxWriter.Write(model, path);

        var refused = await Assert.ThrowsAsync<ModelLoadException>(() =>
            ModelQuantizer.QuantizeAsync(path, _folder["broken"], TinyModel.Catalog(), new QuantizationOptions(), cancellation)
        );

        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_a_model_is_followed()
    {
        await Quantize(0.99);
        Directory.CreateDirectory(_folder["links"]);
        File.CreateSymbolicLink(_folder["links", "model.onnx"], _folder["floats", "model.onnx"]);
        File.CreateSymbolicLink(_folder["links", "tokenizer.json"], _folder["floats", "tokenizer.json"]);

        var report = await ModelQuantizer.QuantizeAsync(
            _folder["links"],
            _folder["linked"],
            TinyModel.Catalog(),
            new QuantizationOptions(),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(new FileInfo(_folder["floats", "model.onnx"]).Length, report.SourceBytes);
    }

    [Fact]
    public async Task A_published_xlm_roberta_cross_encoder_is_understood()
    {
        var source = Path.Combine(SharedAssets.Require("models/tiny-xlmr-cross-encoder"), "model.onnx");

        var report = await ModelQuantizer.QuantizeAsync(
            source,
            _folder["int8"],
            TinyModel.Catalog(),
            new QuantizationOptions(),
            TestContext.Current.CancellationToken
        );

        Assert.True(report.Graph.Attentions > 0 && report.Graph.Activations > 0 && report.Graph.Products > 0);
        Assert.InRange(report.MeanCosine, 0.99, 1);
    }

    private async Task<QuantizationReport> Quantize(double minCosine)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(_folder["tokenizer.json"], Tokenizer(), cancellation);
        await SyntheticModel.WriteAsync(Shape, _folder["tokenizer.json"], _folder["floats"], cancellation);
        return await ModelQuantizer.QuantizeAsync(
            _folder["floats"],
            _folder["int8"],
            TinyModel.Catalog(),
            new QuantizationOptions { MinCosine = minCosine },
            cancellation
        );
    }

    /// <summary>Spells with the letters from a to z.</summary>
    private static string Tokenizer()
    {
        var letters = Enumerable.Range('a', 26).Select(letter => ((char)letter).ToString()).ToList();
        string[] vocabulary = ["[PAD]", "[UNK]", .. letters, .. letters.Select(letter => $"##{letter}")];
        var numbered = vocabulary.Select((token, id) => KeyValuePair.Create(token, id)).ToDictionary();
        return $$"""
            {"normalizer":{"type":"Lowercase"},"pre_tokenizer":{"type":"BertPreTokenizer"},
             "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,
                      "vocab":{{JsonSerializer.Serialize(numbered)}}} }
            """;
    }
}
