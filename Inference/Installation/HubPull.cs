using System.Security.Cryptography;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Installation;

/// <summary>Downloads the files of a repository into a staging folder and commits it; downloaded files survive an interruption.</summary>
internal sealed class HubPull(HubClient hub, PullLock locked, PullOptions options)
{
    private const string ModelFile = "model.onnx";

    /// <returns>The model's folder.</returns>
    /// <exception cref="ModelPullException">The hub does not serve the files.</exception>
    /// <exception cref="ModelIntegrityException">The hash of a file is wrong; the file was deleted.</exception>
    /// <exception cref="InvalidDataException">The files are not a model; they were deleted.</exception>
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

            // Weights above 2 GB are in external files, which the graph names.
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
            // It may be a proxy's error page, which must not be mistaken for the file on the next attempt.
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
