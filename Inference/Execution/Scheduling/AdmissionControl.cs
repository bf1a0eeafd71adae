namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <summary>
/// Each lane has its own token limit, so bulk work never takes the space of interactive requests. A request is admitted whole or not at
/// all; one of any size is admitted to an empty lane. A request that would probably miss its deadline is rejected early, while that is
/// cheap and the caller can still act on it.
/// </summary>
internal sealed class AdmissionControl(long laneTokens)
{
    /// <summary>
    /// The share of the time until the deadline that queued work may take; the margin allows for a rate that was measured in the past.
    /// </summary>
    public const double DeadlineShare = 0.7;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Rejects a request that does not fit or would be late. The rate is that of all workers together; 0 if unknown.</summary>
    /// <exception cref="QueueFullException">The lane is full, or the deadline would pass first.</exception>
    public void Check(Lane lane, long tokens, long interactiveTokens, long bulkTokens, double tokensPerSecond, TimeSpan? remaining = null)
    {
        var held = lane == Lane.Interactive ? interactiveTokens : bulkTokens;
        if (held == 0)
        {
            return;
        }

        if (held + tokens > laneTokens)
        {
            // An empty lane admits a request of any size, so the wait is bounded by what the lane holds.
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

    /// <summary>Seconds until that many tokens of a lane have run.</summary>
    private static double Wait(Lane lane, long tokens, long interactiveTokens, long bulkTokens, double tokensPerSecond) =>
        tokensPerSecond <= 0 ? 0
        : lane == Lane.Interactive ? tokens / (bulkTokens > 0 ? tokensPerSecond * LaneRoundRobin.InteractiveShare : tokensPerSecond)
        : Math.Min((tokens + interactiveTokens) / tokensPerSecond, tokens / (tokensPerSecond * (1 - LaneRoundRobin.InteractiveShare)));

    private static void Refuse(double seconds) =>
        throw new QueueFullException(TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(seconds), Shortest.TotalSeconds, Longest.TotalSeconds)));
}
