using System.Security.Cryptography;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Installation;

/// <summary>Brings the files of a repository into a staging folder and commits them; what was fetched survives a broken attempt.</summary>
internal sealed class HubPull(HubClient hub, PullLock locked, PullOptions options)
{
    private const string ModelFile = "model.onnx";

    /// <returns>The model's folder.</returns>
    /// <exception cref="ModelPullException">The hub does not give the files.</exception>
    /// <exception cref="ModelIntegrityException">A file is another than it should be; it was thrown away.</exception>
    /// <exception cref="InvalidDataException">The files are no model; they were thrown away.</exception>
    public async Task<string> RunAsync(
        CatalogEntry entry,
        HuggingFaceSource source,
        StagingFolder staging,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var commit = await CommitAsync(source, cancellationToken);
        var folder = staging.Folder($"{commit}-{entry.Variant}");
        var fetched = new DownloadedFiles(folder);
        try
        {
            foreach (var file in source.Files)
            {
                await FetchAsync(file);
            }

            // Weights beyond 2 GB lie in files of their own; the graph has the last word on which.
            var model = source.Files.First(file => file.As == ModelFile);
            foreach (
                var external in OnnxReader
                    .ReadSignature(Path.Combine(folder, ModelFile))
                    .ExternalFiles.Except(source.Files.Select(file => file.As))
            )
            {
                await FetchAsync(new HubFile($"{model.Path[..(model.Path.LastIndexOf('/') + 1)]}{external}", external));
            }

            var hashes = fetched.All;
            fetched.Delete();
            var final = await staging.CommitAsync(folder, commit, entry.Variant, null, cancellationToken);
            locked.Record(source.Repository, source.Revision, commit, hashes);
            return final;
        }
        catch (InvalidDataException)
        {
            // A page of a proxy, say: kept, it would be taken for the file ever after.
            Directory.Delete(folder, recursive: true);
            throw;
        }

        async Task FetchAsync(HubFile file)
        {
            var target = Path.Combine(folder, file.As);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var known = file.Sha256 ?? locked.Find(source.Repository, commit, file.Path);
            var expected = known ?? fetched.Find(file.Path);
            if (File.Exists(target) && expected is not null && await ModelManifest.HashAsync(target, cancellationToken) == expected)
            {
                fetched.Add(file.Path, expected);
                return;
            }

            var hash = await new FileDownload(hub, options).GetAsync(
                hub.Address(source, commit, file.Path),
                target,
                HashAlgorithmName.SHA256,
                known,
                (bytes, total) => progress?.Report(new PullProgress(entry.Id, "Downloading", file.Path, bytes, total)),
                cancellationToken
            );
            fetched.Add(file.Path, hash);
        }
    }

    private async Task<string> CommitAsync(HuggingFaceSource source, CancellationToken cancellationToken)
    {
        if (source.IsPinned)
        {
            return source.Revision;
        }

        return locked.Commit(source.Repository, source.Revision)
            ?? await new RetryPolicy(options).RunAsync(
                problem => new ModelPullException(
                    $"{options.HubEndpoint} did not serve {source.Repository}@{source.Revision}: {problem.Message}",
                    problem
                ),
                () => 0,
                async () =>
                {
                    using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    timeout.CancelAfter(options.StallTimeout);
                    try
                    {
                        return await hub.CommitAsync(source, timeout.Token);
                    }
                    catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                    {
                        throw new TimeoutException($"No answer for {options.StallTimeout.TotalSeconds:0.#} s.");
                    }
                },
                cancellationToken
            );
    }
}
