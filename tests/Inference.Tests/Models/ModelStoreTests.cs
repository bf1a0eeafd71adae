using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Tests.Execution;
using EmbedPlatform.InferenceTestKit;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.Inference.Tests.Models;

public sealed class ModelStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_model_is_refused_with_the_command_that_installs_it()
    {
        var store = Store(TinyModel.Entry("tiny"));
        Assert.Contains(
            "embedctl models pull tiny",
            Assert.Throws<ModelNotInstalledException>(() => store.Resolve(ModelTask.Embed, "tiny")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "embedctl models pull default",
            Assert.Throws<ModelNotInstalledException>(() => store.Resolve(ModelTask.Embed, "default")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_unknown_model_and_one_of_another_task_are_named()
    {
        var store = Store(TinyModel.Entry("tiny"));
        Assert.Contains(
            "'nowhere'",
            Assert.Throws<UnknownModelException>(() => store.Resolve(ModelTask.Embed, "nowhere")).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "not for rerank",
            Assert.Throws<UnknownModelException>(() => store.Resolve(ModelTask.Rerank, "tiny")).Message,
            StringComparison.Ordinal
        );
        Assert.Null(store.Find("../tiny"));
    }

    [Fact]
    public async Task A_model_of_the_catalogue_is_imported_from_a_folder_and_resolved()
    {
        var store = Store(TinyModel.Entry("tiny"));
        var model = await store.ImportAsync(Source(), "tiny", Cancel);
        Assert.Equal(model, store.Resolve(ModelTask.Embed, "default"));
        var listed = Assert.Single(store.List());
        Assert.True(listed is { Installed: true, IsDefault: true });
        Assert.Equal(new FileInfo(model.ModelPath).Length + new FileInfo(model.TokenizerPath).Length, listed.SizeBytes);
    }

    [Theory]
    [InlineData(true, "fp32", 1)]
    [InlineData(false, "all", 3)]
    public async Task An_imported_graph_is_taken_for_the_form_of_the_model_that_it_fits(bool hidden, string variant, int outputs)
    {
        using var small = new SmallEncoder(hidden: hidden);
        var all = new ModelVariant("all", [], Pooling.None, ["dense", "sparse", "colbert"]);
        var store = Store(small.Entry with { Pooling = Pooling.Cls, Outputs = ["dense"], Variants = [all] });
        var model = await store.ImportAsync(small.Installed.Folder, small.Entry.Id, Cancel);
        Assert.Equal((variant, outputs), (model.Variant, model.Entry.Outputs.Count));
    }

    [Fact]
    public async Task A_model_the_catalogue_does_not_know_is_described_by_the_files_beside_it()
    {
        var source = Source();
        Directory.CreateDirectory(Path.Combine(source, "1_Pooling"));
        File.WriteAllText(
            Path.Combine(source, "1_Pooling", "config.json"),
            """{"pooling_mode_cls_token":false,"pooling_mode_mean_tokens":true}"""
        );
        File.WriteAllText(
            Path.Combine(source, "config.json"),
            """{"model_type":"xlm-roberta","hidden_size":4,"max_position_embeddings":514}"""
        );
        File.WriteAllText(
            Path.Combine(source, "config_sentence_transformers.json"),
            """{"prompts":{"query":"query: ","document":"passage: "}}"""
        );
        var store = Store(TinyModel.Entry("other"));
        var entry = (await store.ImportAsync(source, "us/own", Cancel)).Entry;
        Assert.Equal(
            (ModelTask.Embed, 4, 512, Pooling.Mean, "query: "),
            (entry.Task, entry.Dimension, entry.MaxTokens, entry.Pooling, entry.QueryPrefix)
        );
        Assert.Contains(store.List(), listing => listing.Entry.Id == "us/own" && listing.Installed);
        Assert.Equal("us/own", store.Resolve(ModelTask.Embed, "us/own").Entry.Id);
    }

    [Fact]
    public async Task A_graph_with_all_outputs_of_bge_m3_is_imported_with_them_even_where_no_catalogue_knows_it()
    {
        using var small = new SmallEncoder();
        File.WriteAllText(
            Path.Combine(small.Installed.Folder, "config.json"),
            """{"model_type":"xlm-roberta","hidden_size":8,"max_position_embeddings":514}"""
        );
        var store = Store(TinyModel.Entry("other"));
        var model = await store.ImportAsync(small.Installed.Folder, "us/m3", Cancel);
        Assert.Equal((8, 512, Pooling.None), (model.Entry.Dimension, model.Entry.MaxTokens, model.Entry.Pooling));
        Assert.Equal(["dense", "sparse", "colbert"], model.Entry.Outputs);
        Assert.Null(store.Describe("us/m3").Mismatch);
    }

    [Fact]
    public async Task A_folder_that_does_not_say_enough_is_refused_with_what_is_missing()
    {
        var store = Store(TinyModel.Entry("other"));
        var problem = await Assert.ThrowsAsync<ModelImportException>(() => store.ImportAsync(Source(), "us/own", Cancel));
        Assert.Contains("max_position_embeddings", problem.Message, StringComparison.Ordinal);
        File.Delete(_folder["source", "tokenizer.json"]);
        Assert.Contains(
            "tokenizer.json",
            (await Assert.ThrowsAsync<ModelImportException>(() => store.ImportAsync(_folder["source"], "other", Cancel))).Message,
            StringComparison.Ordinal
        );
        Assert.Null(store.Find("other"));
    }

    [Fact]
    public async Task A_folder_whose_weights_point_outside_it_is_refused()
    {
        var store = Store(TinyModel.Entry("tiny"));
        var source = Source(external: "../outside.bin");
        File.WriteAllText(_folder["outside.bin"], "private");
        await Assert.ThrowsAsync<ModelImportException>(() => store.ImportAsync(source, "tiny", Cancel));
        Assert.Null(store.Find("tiny"));
    }

    [Fact]
    public async Task A_changed_byte_is_noticed_before_loading()
    {
        var store = Store(TinyModel.Entry("tiny"));
        var model = await store.ImportAsync(Source(), "tiny", Cancel);
        var bytes = await File.ReadAllBytesAsync(model.ModelPath, Cancel);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(model.ModelPath, bytes, Cancel);
        Assert.Contains(
            "damaged",
            Assert.Throws<ModelNotInstalledException>(() => store.Resolve(ModelTask.Embed, "tiny")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_shortened_file_or_a_missing_manifest_is_not_a_model()
    {
        var store = Store(TinyModel.Entry("tiny"));
        var model = await store.ImportAsync(Source(), "tiny", Cancel);
        var manifest = Path.Combine(model.Folder, "model.json");
        File.Move(manifest, manifest + ".away");
        Assert.Null(store.Find("tiny"));
        File.Move(manifest + ".away", manifest);
        Assert.NotNull(store.Find("tiny"));
        await File.WriteAllTextAsync(model.TokenizerPath, "{", Cancel);
        Assert.Null(store.Find("tiny"));
        Assert.Contains(
            "tokenizer.json",
            Assert.Throws<ModelNotInstalledException>(() => store.Resolve(ModelTask.Embed, "tiny")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_model_that_is_imported_under_another_id_keeps_what_it_was_made_from()
    {
        var store = Store(TinyModel.Entry("publisher/tiny"));
        var original = await store.ImportAsync(Source(), "publisher/tiny", Cancel);
        var renamed = await store.ImportAsync(original.Folder, "mine", Cancel);
        var again = await store.ImportAsync(renamed.Folder, "mine-too", Cancel);

        Assert.Empty(original.MadeFrom);
        Assert.Equal(["publisher/tiny"], renamed.MadeFrom);
        Assert.Equal(["mine", "publisher/tiny"], again.MadeFrom);
        Assert.Equal(["mine", "publisher/tiny"], store.Find("mine-too")!.MadeFrom);
    }

    [Fact]
    public async Task What_a_model_was_made_from_is_said_by_whoever_imports_it_or_shown_by_the_hash_of_its_file()
    {
        Source();
        var hash = await ModelManifest.HashAsync(_folder["source", "model.onnx"], Cancel);
        var published = TinyModel.Entry(
            "publisher/tiny",
            ModelTask.Embed,
            new HuggingFaceSource("publisher/tiny", "main", [new("onnx/model.onnx", "model.onnx", hash)])
        );
        File.WriteAllText(_folder["source", "config.json"], """{"hidden_size":4,"max_position_embeddings":8}""");
        Directory.CreateDirectory(_folder["source", "1_Pooling"]);
        File.WriteAllText(_folder["source", "1_Pooling", "config.json"], """{"pooling_mode_mean_tokens":true}""");
        var store = Store(published, TinyModel.Entry("publisher/other"));

        Assert.Equal(["publisher/tiny"], (await store.ImportAsync(_folder["source"], "found", Cancel)).MadeFrom);
        Assert.Equal(
            ["publisher/other", "publisher/tiny"],
            (await store.ImportAsync(new ImportOptions(_folder["source"]) { Id = "said", MadeFrom = "publisher/other" }, Cancel)).MadeFrom
        );
        var unknown = await Assert.ThrowsAsync<UnknownModelException>(() =>
            store.ImportAsync(new ImportOptions(_folder["source"]) { Id = "x", MadeFrom = "nowhere" }, Cancel)
        );
        Assert.Contains("'nowhere'", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Origins_go_on_through_the_catalogue_and_a_quantised_model_of_before_is_known_by_its_id()
    {
        var catalog = TinyModel.Catalog(
            TinyModel.Entry("a"),
            TinyModel.Entry("b") with
            {
                MadeFrom = "a",
            },
            TinyModel.Entry("c") with
            {
                MadeFrom = "b",
            }
        );

        Assert.Equal(["b", "a"], catalog.Origins("c", []));
        Assert.Equal(["x", "c", "b", "a"], catalog.Origins("mine", ["x", "C"]));
        Assert.Equal(["b", "a"], catalog.Origins("b-int8", []));
        Assert.Empty(catalog.Origins("nowhere-int8", []));
    }

    [Fact]
    public void A_manifest_with_weights_of_an_earlier_version_can_still_be_read()
    {
        Directory.CreateDirectory(_folder["old"]);
        File.WriteAllText(
            _folder["old", "model.json"],
            """
            {"id":"old","revision":"r","variant":"int8","files":[],
             "entry":{"id":"old","task":"embed","family":"f","dimension":4,"maxTokens":8,
             "fusionWeights":{"lexical":1,"dense":0.5,"rerank":0,"measured":"somewhere"}}}
            """
        );

        Assert.Equal("old", ModelManifest.TryLoad(_folder["old"])!.Entry!.Id);
    }

    [Fact]
    public void Roots_come_from_the_option_the_environment_or_the_nearest_models_folder()
    {
        Directory.CreateDirectory(_folder["app", "models"]);
        File.Copy(Repository.PathOf("models", "catalog.json"), _folder["app", "models", "catalog.json"]);
        var (catalog, roots) = ModelLocations.Find("", null, Directory.CreateDirectory(_folder["app", "bin"]).FullName);
        Assert.Equal(_folder["app", "models", "catalog.json"], catalog);
        Assert.Equal([_folder["app", "models"], _folder["app", ".data", "models"]], roots);
        Assert.Equal(_folder["app", "models", "catalog.json"], ModelLocations.Find("", _folder["app", "models"]).Catalog);
        Assert.Equal([_folder["a"], _folder["b"]], ModelLocations.Find($"{_folder["a"]};{_folder["b"]}", _folder["app", "models"]).Roots);
        Assert.Throws<ModelException>(() => ModelLocations.Find("", _folder["app"]));
    }

    private ModelStore Store(params CatalogEntry[] entries) => new(TinyModel.Catalog(entries), [_folder["root"]]);

    private string Source(string? external = null)
    {
        var source = Directory.CreateDirectory(_folder["source"]).FullName;
        File.WriteAllBytes(Path.Combine(source, "model.onnx"), TinyModel.Onnx(external: external));
        File.WriteAllText(Path.Combine(source, "tokenizer.json"), TinyModel.Tokenizer);
        return source;
    }
}
