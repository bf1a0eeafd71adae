using System.Net;
using System.Security.Cryptography;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Installation;

/// <summary>
/// Downloads one file into NAME.part, resumes an earlier attempt, retries after interruptions, and renames it to NAME only
/// when its length and hash are right.
/// </summary>
internal sealed class FileDownload(IFileHost host, PullOptions options)
{
    /// <param name="address">The file.</param>
    /// <param name="target">Where it is put.</param>
    /// <param name="algorithm">The algorithm of the hash; hosts only state SHA-256.</param>
    /// <param name="known">Its hash, if the catalogue or an earlier pull recorded it.</param>
    /// <param name="progress">Receives the bytes fetched so far and, where known, the total.</param>
    /// <param name="cancellationToken">Stops; the part is kept.</param>
    /// <returns>The file's hash.</returns>
    /// <exception cref="ModelPullException">The host refuses the request, or the download makes no progress.</exception>
    /// <exception cref="ModelIntegrityException">The hash of the file is wrong; the file is deleted.</exception>
    public async Task<string> GetAsync(
        Uri address,
        string target,
        HashAlgorithmName algorithm,
        string? known,
        Action<long, long?> progress,
        CancellationToken cancellationToken
    )
    {
        var part = new PartialDownload(target);
        var resumed = part.Length > 0;
        while (true)
        {
            await FetchAsync(address, part, known, progress, cancellationToken);
            var actual = await FileHash.ComputeAsync(part.Path, algorithm, cancellationToken);
            var stated = algorithm == HashAlgorithmName.SHA256 ? part.Sha256 : null;
            if (actual == (known ?? stated ?? actual) && actual == (stated ?? actual))
            {
                part.Finish();
                return actual;
            }

            part.Delete();
            if (!resumed)
            {
                throw new ModelIntegrityException(
                    $"{address} has the {FileHash.AlgorithmName(algorithm)} {actual}; "
                        + $"expected {(actual != known && known is not null ? known : stated)}. It was not installed."
                );
            }

            // The partial file of an earlier attempt may be the cause: retry once from the start.
            resumed = false;
        }
    }

    private Task FetchAsync(
        Uri address,
        PartialDownload part,
        string? known,
        Action<long, long?> progress,
        CancellationToken cancellationToken
    ) =>
        new RetryPolicy(options).RunAsync(
            problem => new ModelPullException(
                $"{address} cannot be fetched: {problem.Message} {part.Length} bytes are kept for the next attempt.",
                problem
            ),
            () => part.Length,
            async () =>
            {
                await TransferAsync(address, part, known, progress, cancellationToken);
                return true;
            },
            cancellationToken
        );

    private async Task TransferAsync(
        Uri address,
        PartialDownload part,
        string? known,
        Action<long, long?> progress,
        CancellationToken cancellationToken
    )
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            stall.CancelAfter(options.StallTimeout);

            // A part is resumed only if an ETag or a hash proves that the rest belongs to it.
            var from = part.ETag is not null || part.Sha256 is not null || known is not null ? part.Length : 0;
            using var answer = await host.GetAsync(address, from, part.ETag, stall.Token);
            var response = answer.Response;
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                part.Delete();
                throw new IOException("The partial download of an earlier attempt is longer than the file.");
            }

            host.ThrowIfRefused(address, response);
            var range = response.Content.Headers.ContentRange;
            var continues = response.StatusCode == HttpStatusCode.PartialContent && range?.From == from;
            if (response.StatusCode == HttpStatusCode.PartialContent && !continues)
            {
                part.Delete();
                throw new IOException("The host returned a different byte range than requested.");
            }

            var position = continues ? from : 0;
            var total = continues ? range!.Length : response.Content.Headers.ContentLength;
            part.Describe(response.Headers.ETag is { IsWeak: false } tag ? tag : null, answer.Sha256 ?? (continues ? part.Sha256 : null));
            if (answer.Size is { } stated && total is not null && stated != total)
            {
                throw new IOException($"The host states {stated} bytes, but its storage returned {total}.");
            }

            ThrowIfTooLarge(part, total - position);
            await using var file = part.Open(position);
            await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
            var buffer = new byte[1 << 17];
            for (int count; (count = await body.ReadAsync(buffer, stall.Token)) > 0;)
            {
                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                position += count;
                progress(position, total);
                stall.CancelAfter(options.StallTimeout);
            }

            if (total is not null && position != total)
            {
                throw new IOException($"The download ended after {position} of {total} bytes.");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No data arrived for {options.StallTimeout.TotalSeconds:0.#} s.");
        }
    }

    private static void ThrowIfTooLarge(PartialDownload part, long? bytes)
    {
        var free = new DriveInfo(Path.GetDirectoryName(part.Path)!).AvailableFreeSpace;
        if (bytes > free)
        {
            throw new ModelPullException($"{part.Path} needs {bytes} more bytes of disk space; {free} are free.");
        }
    }
}
