using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Installation;

public sealed partial class ModelStore
{
    /// <summary>
    /// Hashes every file of an installed model and compares it with model.json, and that with the catalogue and the lock.
    /// </summary>
    /// <exception cref="UnknownModelException">There is no such model.</exception>
    /// <exception cref="ModelNotInstalledException">Nothing of it is installed.</exception>
    public async Task<ModelCheck> VerifyAsync(string id, CancellationToken cancellationToken)
    {
        var (folder, manifest) = Placed(id);
        if (manifest is null)
        {
            return new ModelCheck(id, folder, [new ModelFileCheck(ModelManifest.FileName, 0, "", "is missing or unreadable")]);
        }

        var published = Published(folder, manifest);
        var files = new List<ModelFileCheck>();
        foreach (var file in manifest.Files)
        {
            var problem =
                await ProblemAsync(Path.Combine(folder, file.Path), file, cancellationToken)
                ?? (
                    published.TryGetValue(file.Path, out var hash) && hash != file.Sha256
                        ? $"was published with the SHA-256 {hash}, {ModelManifest.FileName} states {file.Sha256}"
                        : null
                );
            files.Add(new ModelFileCheck(file.Path, file.Size, file.Sha256, problem));
        }

        foreach (var needed in new[] { manifest.Model, manifest.Tokenizer }.Where(name => manifest.Files.All(file => file.Path != name)))
        {
            files.Add(new ModelFileCheck(needed, 0, "", $"has no hash in {ModelManifest.FileName}"));
        }

        return new ModelCheck(manifest.Id, folder, files);
    }

    /// <summary>Removes an installed model and the leftovers of interrupted pulls; the lock file keeps its hashes.</summary>
    /// <returns>The folder that was removed.</returns>
    /// <exception cref="UnknownModelException">There is no such model.</exception>
    /// <exception cref="ModelNotInstalledException">Nothing of it is installed.</exception>
    /// <exception cref="ModelException">It comes with the platform, or its folder is a link to another place.</exception>
    public async Task<string> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        if (Catalog.Find(id) is { } entry && entry.Sources.Any(source => source is BundledSource))
        {
            throw new ModelException($"'{entry.Id}' comes with the platform, as part of its repository, and cannot be removed.");
        }

        var (folder, _) = Placed(id);
        if (new DirectoryInfo(folder).LinkTarget is { } target)
        {
            throw new ModelException($"{folder} is a link to {target}, outside the models' folder; remove the link yourself.");
        }

        using var staging = await StagingFolder.EnterAsync(
            Path.GetDirectoryName(folder)!,
            Catalog.Find(id)?.Id ?? id,
            null,
            cancellationToken
        );
        staging.Discard();
        return folder;
    }

    /// <summary>The details of a model of the catalogue or an imported one.</summary>
    /// <exception cref="UnknownModelException">There is no such model.</exception>
    public ModelDetails Describe(string id)
    {
        var located = Locate(id);
        var entry = located?.Model.Entry ?? Catalog.Find(id) ?? throw Unknown(id);
        var isDefault = Catalog.Defaults(entry.Task).Contains(entry.Id, StringComparer.OrdinalIgnoreCase);
        var origins = located?.Model.MadeFrom ?? Catalog.Origins(entry.Id, []);
        var pairs = Catalog.PairsOf([entry.Id, .. origins]);
        if (located is null)
        {
            return new ModelDetails(entry, null, isDefault, [], null, null) { MadeFrom = origins, Pairs = pairs };
        }

        var graph = OnnxReader.ReadSignature(located.Model.ModelPath);
        return new ModelDetails(
            entry,
            located.Model,
            isDefault,
            [.. located.Manifest.Files.Select(file => new ModelFileCheck(file.Path, file.Size, file.Sha256, null))],
            graph,
            EncoderGraph.FindMismatch(graph, entry)
        )
        {
            MadeFrom = origins,
            Pairs = pairs,
        };
    }

    private static async Task<string?> ProblemAsync(string path, ManifestFile file, CancellationToken cancellationToken)
    {
        var info = new FileInfo(path);
        return !info.Exists ? "is missing"
            : info.Length != file.Size ? $"has {info.Length} bytes, not {file.Size}"
            : await ModelManifest.HashAsync(path, cancellationToken) is var actual && actual != file.Sha256
                ? $"has the SHA-256 {actual}, not {file.Sha256}"
            : null;
    }

    /// <summary>
    /// The hashes in the catalogue or the lock file for the source files of an installed model, by their names in its folder.
    /// </summary>
    private Dictionary<string, string> Published(string folder, ModelManifest manifest)
    {
        var sources = Catalog.Find(manifest.Id)?.Of(manifest.Variant)?.Sources ?? [];
        if (
            sources
                .OfType<NugetSource>()
                .FirstOrDefault(source => !source.Quantize && $"{source.Package}@{source.Version}" == manifest.Revision) is
            { } package
        )
        {
            return package.Resources.ToDictionary(resource => resource.As, resource => resource.Sha256);
        }

        var locked = new PullLock(Path.GetDirectoryName(folder)!);
        var source = sources
            .OfType<HuggingFaceSource>()
            .FirstOrDefault(source =>
                source.Revision == manifest.Revision || locked.Commit(source.Repository, source.Revision) == manifest.Revision
            );
        return (source?.Files ?? [])
            .Select(file => (file.As, Hash: file.Sha256 ?? locked.Find(source!.Repository, manifest.Revision, file.Path)))
            .Where(file => file.Hash is not null)
            .ToDictionary(file => file.As, file => file.Hash!);
    }

    /// <summary>The folder of a model, complete or not, and its manifest where it can be read.</summary>
    private (string Folder, ModelManifest? Manifest) Placed(string id)
    {
        if (!ModelId.IsValid(id))
        {
            throw Unknown(id);
        }

        var name = Catalog.Find(id)?.Id ?? id;
        var folder =
            Locate(id)?.Model.Folder
            ?? Roots.Select(root => Path.Combine(root, ModelId.Folder(name))).FirstOrDefault(Directory.Exists)
            ?? throw (
                Catalog.Find(id) is null ? Unknown(id) : new ModelNotInstalledException(name, $"The model '{name}' is not installed.")
            );
        return (folder, ModelManifest.TryLoad(folder));
    }

    private static UnknownModelException Unknown(string id) => new($"There is no model '{id}'. List the models with: embedctl models list");
}
