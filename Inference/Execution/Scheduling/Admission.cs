namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <summary>
/// Each lane holds so many tokens: bulk work never takes the room of those who wait. A request is admitted whole or not at all, one of any size
/// where its lane is empty.
/// </summary>
internal sealed class Admission(long laneTokens)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Refuses what has no room; the rate is that of all workers together, 0 where unknown.</summary>
    /// <exception cref="QueueFullException">There is no room.</exception>
    public void Check(Lane lane, long tokens, long interactiveTokens, long bulkTokens, double tokensPerSecond)
    {
        var held = lane == Lane.Interactive ? interactiveTokens : bulkTokens;
        if (held == 0 || held + tokens <= laneTokens)
        {
            return;
        }

        // An empty lane admits anything, so no one waits for more than what the lane holds.
        var ahead = Math.Min(held, held + tokens - laneTokens);
        var seconds = lane == Lane.Interactive
            ? Wait(ahead, bulkTokens > 0 ? tokensPerSecond * LanePicker.InteractiveShare : tokensPerSecond)
            : Math.Min(Wait(ahead + interactiveTokens, tokensPerSecond), Wait(ahead, tokensPerSecond * (1 - LanePicker.InteractiveShare)));
        throw new QueueFullException(TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(seconds), Shortest.TotalSeconds, Longest.TotalSeconds)));
    }

    private static double Wait(long tokens, double tokensPerSecond) => tokensPerSecond > 0 ? tokens / tokensPerSecond : 0;
}
