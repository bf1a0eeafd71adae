namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <summary>
/// Each lane holds so many tokens: bulk work never takes the room of those who wait. A request is admitted whole or not at all, one of any size
/// where its lane is empty. What would probably not be done by its deadline is refused while refusing is still cheap and the caller can still act on it.
/// </summary>
internal sealed class Admission(long laneTokens)
{
    /// <summary>The share of the time until a deadline that the work ahead may take: the measured rate is that of the recent past.</summary>
    public const double DeadlineShare = 0.7;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Refuses what has no room, or no time; the rate is that of all workers together, 0 where unknown.</summary>
    /// <exception cref="QueueFullException">There is no room, or it would be too late.</exception>
    public void Check(Lane lane, long tokens, long interactiveTokens, long bulkTokens, double tokensPerSecond, TimeSpan? remaining = null)
    {
        var held = lane == Lane.Interactive ? interactiveTokens : bulkTokens;
        if (held == 0)
        {
            return;
        }

        if (held + tokens > laneTokens)
        {
            // An empty lane admits anything, so no one waits for more than what the lane holds.
            Refuse(Wait(lane, Math.Min(held, held + tokens - laneTokens), interactiveTokens, bulkTokens, tokensPerSecond));
        }

        if (
            remaining is { } time
            && Wait(lane, held + tokens, interactiveTokens, bulkTokens, tokensPerSecond) is var done
            && done > time.TotalSeconds * DeadlineShare
        )
        {
            Refuse(Math.Min(done - (time.TotalSeconds * DeadlineShare), Wait(lane, held, interactiveTokens, bulkTokens, tokensPerSecond)));
        }
    }

    /// <summary>Seconds until so many tokens of a lane have run.</summary>
    private static double Wait(Lane lane, long tokens, long interactiveTokens, long bulkTokens, double tokensPerSecond) =>
        tokensPerSecond <= 0 ? 0
        : lane == Lane.Interactive ? tokens / (bulkTokens > 0 ? tokensPerSecond * LanePicker.InteractiveShare : tokensPerSecond)
        : Math.Min((tokens + interactiveTokens) / tokensPerSecond, tokens / (tokensPerSecond * (1 - LanePicker.InteractiveShare)));

    private static void Refuse(double seconds) =>
        throw new QueueFullException(TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(seconds), Shortest.TotalSeconds, Longest.TotalSeconds)));
}
