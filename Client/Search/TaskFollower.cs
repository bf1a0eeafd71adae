using System.Runtime.CompilerServices;
using EmbedPlatform.Client.Http;

namespace EmbedPlatform.Client.Search;

/// <summary>Follows a bulk upload over as many streams of events as it takes.</summary>
internal static class TaskFollower
{
    // In a row, without an event between them.
    private const int MostBreaks = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A task whenever it moves, until it is done.</summary>
    /// <param name="channel">SearchApi.</param>
    /// <param name="path">The route of the task's events.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async IAsyncEnumerable<UploadTask> FollowAsync(
        PlatformChannel channel,
        string path,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var breaks = 0; ;)
        {
            // Every stream begins with the task as it is, so nothing is missed between two of them.
            var events = channel.EventsAsync(path, SearchJson.Default.UploadTask, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using var ending = events.ConfigureAwait(false);
            TimeSpan? retryAfter = null;
            while (true)
            {
                try
                {
                    if (!await events.MoveNextAsync().ConfigureAwait(false))
                    {
                        // A service that is about to stop ends its streams.
                        break;
                    }
                }
                catch (PlatformException broken) when (broken.IsTransient && breaks < MostBreaks)
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

            if (++breaks > MostBreaks)
            {
                throw new PlatformException("SearchApi ends the stream of events again and again without an event.");
            }

            await Task.Delay(retryAfter ?? Pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
