using System.Net;
using System.Net.Http.Headers;

namespace EmbedPlatform.Inference.Models.Install;

/// <summary>
/// Downloads one file: into NAME.part, resumed where an earlier attempt ended, tried again while it breaks off, and renamed to NAME only
/// when its length and hash are right.
/// </summary>
internal sealed class HubDownload(HubClient hub, PullOptions options)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <param name="address">The file.</param>
    /// <param name="target">Where it is put.</param>
    /// <param name="known">Its hash, where the catalogue or an earlier pull knows it.</param>
    /// <param name="progress">Is told the bytes that are there and, where known, the bytes there will be.</param>
    /// <param name="cancellationToken">Stops; the part is kept.</param>
    /// <returns>The file's hash.</returns>
    /// <exception cref="ModelPullException">The host refuses, or the download makes no headway.</exception>
    /// <exception cref="ModelIntegrityException">The file has another hash than it should; it is deleted.</exception>
    public async Task<string> GetAsync(Uri address, string target, string? known, Action<long, long?> progress, CancellationToken cancellationToken)
    {
        var part = new PartFile(target);
        var resumed = part.Length > 0;
        while (true)
        {
            await FetchAsync(address, part, known, progress, cancellationToken);
            var actual = await ModelManifest.HashAsync(part.Path, cancellationToken);
            var stated = part.Sha256;
            if (actual == (known ?? stated ?? actual) && actual == (stated ?? actual))
            {
                part.Finish();
                return actual;
            }

            part.Delete();
            if (!resumed)
            {
                throw new ModelIntegrityException(
                    $"{address} has the SHA-256 {actual}; expected was {(actual != known && known is not null ? known : stated)}. It was not installed.");
            }

            // What an earlier attempt left may be to blame: once more from the start.
            resumed = false;
        }
    }

    private async Task FetchAsync(Uri address, PartFile part, string? known, Action<long, long?> progress, CancellationToken cancellationToken)
    {
        var farthest = part.Length;
        for (var failures = 0; ;)
        {
            try
            {
                await TransferAsync(address, part, known, progress, cancellationToken);
                return;
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException or TimeoutException)
            {
                failures = part.Length > farthest ? 1 : failures + 1;
                farthest = Math.Max(farthest, part.Length);
                if (failures >= options.Attempts || problem is IOException and not HttpIOException && IsDiskFull(problem))
                {
                    throw new ModelPullException(
                        $"{address} cannot be fetched: {problem.Message} {part.Length} bytes are kept for the next attempt.", problem);
                }

                var pause = options.FirstPause * Math.Pow(2, failures - 1);
                pause = problem is BusyException { RetryAfter: { } asked } && asked > pause ? asked : pause;
                await Task.Delay(pause < LongestPause ? pause : LongestPause, cancellationToken);
            }
        }
    }

    private async Task TransferAsync(Uri address, PartFile part, string? known, Action<long, long?> progress, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            stall.CancelAfter(options.StallTimeout);

            // A part is only continued where something tells that the rest belongs to it.
            var from = part.ETag is not null || part.Sha256 is not null || known is not null ? part.Length : 0;
            using var answer = await hub.GetAsync(address, from, part.ETag, stall.Token);
            var response = answer.Response;
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                part.Delete();
                throw new IOException("What an earlier attempt left is longer than the file.");
            }

            Refuse(address, response);
            var range = response.Content.Headers.ContentRange;
            var continues = response.StatusCode == HttpStatusCode.PartialContent && range?.From == from;
            if (response.StatusCode == HttpStatusCode.PartialContent && !continues)
            {
                part.Delete();
                throw new IOException("The host gave another part of the file than it was asked for.");
            }

            var position = continues ? from : 0;
            var total = continues ? range!.Length : response.Content.Headers.ContentLength;
            part.Describe(response.Headers.ETag is { IsWeak: false } tag ? tag : null, answer.Sha256 ?? (continues ? part.Sha256 : null));
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
            throw new TimeoutException($"No byte came for {options.StallTimeout.TotalSeconds:0.#} s.");
        }
    }

    private static void Refuse(Uri address, HttpResponseMessage response)
    {
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)response.StatusCode >= 500)
        {
            throw new BusyException($"The host answers {(int)response.StatusCode}.", Wait(response.Headers.RetryAfter));
        }

        if (!response.IsSuccessStatusCode)
        {
            var hint = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? " Set HF_TOKEN if it needs an account." : "";
            throw new ModelPullException($"{address} answers {(int)response.StatusCode}.{hint}");
        }
    }

    private static TimeSpan? Wait(RetryConditionHeaderValue? header) => header?.Delta ?? header?.Date - DateTimeOffset.UtcNow;

    private static bool IsDiskFull(Exception problem) => problem.HResult is unchecked((int)0x80070070) or 28;

    private sealed class BusyException(string message, TimeSpan? retryAfter) : IOException(message)
    {
        public TimeSpan? RetryAfter { get; } = retryAfter;
    }
}
