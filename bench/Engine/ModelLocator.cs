using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Bench.Engine;

/// <summary>Finds the measured model: an installed one, or a folder with model.onnx and tokenizer.json.</summary>
internal static class ModelLocator
{
    /// <exception cref="CommandException">The folder does not hold a model.</exception>
    /// <exception cref="ModelException">The model is not installed.</exception>
    public static InstalledModel Find(EngineSettings settings)
    {
        var task = settings.Scenario == "rerank" ? ModelTask.Rerank : ModelTask.Embed;
        var model = Find(settings, task, settings.Model ?? ModelCatalog.Default);
        if (model.Entry.Task != task)
        {
            throw new CommandException($"{model.Entry.Id} is not {Describe(task)}, which the scenario {settings.Scenario} needs");
        }

        return settings.MaxTokens is { } most ? model with { Entry = model.Entry with { MaxTokens = most } } : model;
    }

    /// <summary>A model by id or folder.</summary>
    /// <exception cref="CommandException">The folder does not hold a model.</exception>
    /// <exception cref="ModelException">The model is not installed.</exception>
    public static InstalledModel Find(EngineSettings settings, ModelTask task, string name) =>
        Directory.Exists(name)
            ? FromFolder(Path.GetFullPath(name))
            : ModelStore.Open(new InferenceOptions { ModelsRoot = settings.ModelsRoot }).Resolve(task, name);

    private static string Describe(ModelTask task) => task == ModelTask.Rerank ? "a reranker" : "an embedding model";

    private static InstalledModel FromFolder(string folder)
    {
        string File(string name) =>
            Path.Combine(folder, name) is var path && System.IO.File.Exists(path)
                ? path
                : throw new CommandException($"{folder} does not hold {name}");
        var (model, tokenizer) = (File("model.onnx"), File("tokenizer.json"));
        using var session = new InferenceSession(model);
        var outputs = session.OutputMetadata;
        var rerank = outputs.ContainsKey("logits");
        var tokens = outputs.Values.FirstOrDefault(output => output.Dimensions.Length == 3);
        var dimension = rerank ? 1 : (tokens ?? outputs.Values.First()).Dimensions[^1];
        var entry = new CatalogEntry
        {
            Id = Path.GetFileName(folder),
            Task = rerank ? ModelTask.Rerank : ModelTask.Embed,
            Family = session.InputMetadata.ContainsKey("token_type_ids") ? "bert" : "xlm-roberta",
            Dimension = dimension,
            MaxTokens = 512,
            Pooling = rerank || tokens is null ? Pooling.None : Pooling.Mean,
            Normalize = !rerank,
        };
        return new InstalledModel(
            entry,
            folder,
            model,
            tokenizer,
            "folder",
            Path.GetFileName(folder).Contains("int8", StringComparison.Ordinal) ? "int8" : "fp32"
        )
        {
            SizeBytes = Directory.EnumerateFiles(folder).Sum(file => new FileInfo(file).Length),
        };
    }
}
