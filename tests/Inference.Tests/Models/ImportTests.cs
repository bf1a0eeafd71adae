using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tests.Execution;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Models;

/// <summary>Models from local folders whose files do not say all of it.</summary>
public sealed class ImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Source => Directory.CreateDirectory(_folder["source"]).FullName;

    private ImportOptions Said =>
        new(Source)
        {
            Id = "us/own",
            Pooling = Pooling.Mean,
            MaxTokens = 7,
            QueryPrefix = "query: ",
            DocumentPrefix = "passage: ",
        };

    private ModelStore Store => new(TinyModel.Catalog(TinyModel.Entry("tiny")), [_folder["root"]]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_graph_and_a_vocabulary_are_enough_with_what_is_said_of_them()
    {
        Write(TinyModel.Onnx(width: 16));
        File.WriteAllText(_folder["source", "vocab.txt"], TinyPackage.Vocabulary);

        var model = await Store.ImportAsync(Said, Cancel);

        var entry = model.Entry;
        Assert.Equal(
            (16, 7, Pooling.Mean, "query: ", "passage: "),
            (entry.Dimension, entry.MaxTokens, entry.Pooling, entry.QueryPrefix, entry.DocumentPrefix)
        );
        Assert.Equal([2, 5, 6, 3], Tokenizer.Load(model.TokenizerPath).Encode("AB").Ids);
        Assert.Equal(entry.QueryPrefix, Store.Resolve(ModelTask.Embed, "us/own").Entry.QueryPrefix);
    }

    [Fact]
    public async Task A_vocabulary_is_cased_where_the_files_say_so()
    {
        Write(TinyModel.Onnx(width: 16));
        File.WriteAllText(_folder["source", "vocab.txt"], TinyPackage.Vocabulary);
        File.WriteAllText(_folder["source", "tokenizer_config.json"], """{"do_lower_case": false}""");
        var model = await Store.ImportAsync(Said, Cancel);
        Assert.Equal([2, 1, 3], Tokenizer.Load(model.TokenizerPath).Encode("AB").Ids);
    }

    [Fact]
    public async Task What_is_said_goes_before_what_the_files_say()
    {
        Write(TinyModel.Onnx());
        File.WriteAllText(_folder["source", "tokenizer.json"], TinyModel.Tokenizer);
        File.WriteAllText(_folder["source", "config.json"], """{"model_type":"bert","max_position_embeddings":512}""");
        Directory.CreateDirectory(_folder["source", "1_Pooling"]);
        File.WriteAllText(_folder["source", "1_Pooling", "config.json"], """{"pooling_mode_cls_token":true}""");
        var filed = (await Store.ImportAsync(Source, "us/own", Cancel)).Entry;
        var said = (await Store.ImportAsync(Said, Cancel)).Entry;
        Assert.Equal((Pooling.Cls, 512, Pooling.Mean, 7), (filed.Pooling, filed.MaxTokens, said.Pooling, said.MaxTokens));
    }

    [Theory]
    [InlineData(false, "model.onnx", "tokenizer.json or vocab.txt", "--max-tokens", "--pooling")]
    [InlineData(true, "tokenizer.json or vocab.txt", "--max-tokens", "--pooling")]
    public async Task All_that_is_missing_is_named_at_once(bool graph, params string[] missing)
    {
        _ = Source;
        if (graph)
        {
            Write(TinyModel.Onnx());
        }

        var problem = await Assert.ThrowsAsync<ModelImportException>(() => Store.ImportAsync(Source, "us/own", Cancel));
        Assert.All(missing, part => Assert.Contains(part, problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_said_has_to_fit_the_graph_and_the_catalogue()
    {
        Write(TinyModel.Onnx());
        File.WriteAllText(_folder["source", "tokenizer.json"], TinyModel.Tokenizer);
        await RefusedAsync(Said with { Id = "tiny" }, "'tiny' is in the catalogue");
        await RefusedAsync(Said with { Pooling = Pooling.None }, "outputs token vectors");
        using var pooling = new SmallEncoder();
        await RefusedAsync(Said with { Folder = pooling.Installed.Folder }, "pools inside the graph");
        File.WriteAllText(_folder["source", "vocab.txt"], "a\nb\n");
        File.Delete(_folder["source", "tokenizer.json"]);
        await RefusedAsync(Said, "vocab.txt has no [PAD], no [UNK], no [CLS], no [SEP]");
    }

    private async Task RefusedAsync(ImportOptions options, string part) =>
        Assert.Contains(
            part,
            (await Assert.ThrowsAsync<ModelImportException>(() => Store.ImportAsync(options, Cancel))).Message,
            StringComparison.Ordinal
        );

    private void Write(byte[] graph) => File.WriteAllBytes(Path.Combine(Source, "model.onnx"), graph);
}
