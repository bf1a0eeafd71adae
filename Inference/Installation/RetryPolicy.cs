using System.Net;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Installation;

/// <summary>The host is temporarily busy.</summary>
/// <param name="message">The response in words.</param>
/// <param name="retryAfter">When it asks clients to retry.</param>
internal sealed class HostBusyException(string message, TimeSpan? retryAfter) : IOException(message)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <exception cref="HostBusyException">The response says so.</exception>
    public static void ThrowIfBusy(HttpResponseMessage response, TimeProvider time)
    {
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)response.StatusCode >= 500)
        {
            var header = response.Headers.RetryAfter;
            throw new HostBusyException($"The host returned {(int)response.StatusCode}.", header?.Delta ?? header?.Date - time.GetUtcNow());
        }
    }
}

/// <summary>Retries after transient network failures, with exponential back-off or the host's Retry-After.</summary>
internal sealed class RetryPolicy(PullOptions options)
{
    private const int DiskFullUnix = 28;
    private const int DiskFullWindows = unchecked((int)0x80070070);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <param name="failed">Makes the error of the last attempt.</param>
    /// <param name="progress">A measure of progress; attempts that make progress do not count.</param>
    /// <param name="work">One attempt.</param>
    /// <param name="cancellationToken">Ends the pauses.</param>
    public async Task<T> RunAsync<T>(
        Func<Exception, ModelPullException> failed,
        Func<long> progress,
        Func<Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        var farthest = progress();
        for (var failures = 0; ;)
        {
            try
            {
                return await work();
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException or TimeoutException)
            {
                failures = progress() > farthest ? 1 : failures + 1;
                farthest = Math.Max(farthest, progress());
                if (failures >= options.Attempts || IsDiskFull(problem))
                {
                    throw failed(problem);
                }

                await Task.Delay(Pause(problem, failures, failed), options.Time, cancellationToken);
            }
        }
    }

    private TimeSpan Pause(Exception problem, int failures, Func<Exception, ModelPullException> failed)
    {
        var pause = options.FirstPause * Math.Pow(2, failures - 1);
        pause = pause < LongestPause ? pause : LongestPause;
        return problem is not HostBusyException { RetryAfter: { } asked } ? pause
            : asked > options.LongestRetryAfter
                ? throw failed(new HostBusyException($"{problem.Message} It asks clients to retry after {asked.TotalSeconds:0} s.", asked))
            : asked > pause ? asked
            : pause;
    }

    private static bool IsDiskFull(Exception problem) =>
        problem is IOException and not HttpIOException && problem.HResult is DiskFullUnix or DiskFullWindows;
}
