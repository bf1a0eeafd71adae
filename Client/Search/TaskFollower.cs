using System.Runtime.CompilerServices;
using EmbedPlatform.Client.Http;

namespace EmbedPlatform.Client.Search;

/// <summary>Follows a bulk upload, reconnecting as needed.</summary>
internal static class TaskFollower
{
    // Consecutive, without an event in between.
    private const int MaxConsecutiveBreaks = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Returns the task on each change, until it is done.</summary>
    /// <param name="channel">The channel to SearchApi.</param>
    /// <param name="path">The route of the task's events.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public static async IAsyncEnumerable<UploadTask> FollowAsync(
        PlatformChannel channel,
        string path,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var breaks = 0; ;)
        {
            // Every stream begins with the current task, so no change is missed between two streams.
            var events = channel.EventsAsync(path, SearchJson.Default.UploadTask, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using var ending = events.ConfigureAwait(false);
            TimeSpan? retryAfter = null;
            while (true)
            {
                try
                {
                    if (!await events.MoveNextAsync().ConfigureAwait(false))
                    {
                        // A service that is shutting down ends its streams.
                        break;
                    }
                }
                catch (PlatformException broken) when (broken.IsTransient && breaks < MaxConsecutiveBreaks)
                {
                    retryAfter = broken.RetryAfter;
                    break;
                }

                breaks = 0;
                yield return events.Current.Data;
                if (events.Current.Data.FinishedAt is not null)
                {
                    yield break;
                }
            }

            if (++breaks > MaxConsecutiveBreaks)
            {
                throw new PlatformException("SearchApi repeatedly closed the event stream without sending an event.");
            }

            await Task.Delay(retryAfter ?? Pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
