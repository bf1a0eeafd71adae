namespace EmbedPlatform.AppHost.Lifecycle;

/// <summary>How soon a resource that ended starts again, and when it stays down.</summary>
/// <param name="clock">The time.</param>
internal sealed class RestartPolicy(TimeProvider clock)
{
    /// <summary>So many ends in a row, each soon after a start, are a resource that cannot run.</summary>
    public const int Attempts = 5;

    /// <summary>A resource that ran for so long has started; its next end is the first of a new row.</summary>
    public static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (long Started, int Ends)> _resources = [];

    /// <summary>A resource runs.</summary>
    public void Started(string resource) => _resources[resource] = (clock.GetTimestamp(), _resources.GetValueOrDefault(resource).Ends);

    /// <summary>A resource ended by itself: the pause before its next start, or null where it stays down.</summary>
    public TimeSpan? Ended(string resource)
    {
        var (started, ends) = _resources.GetValueOrDefault(resource, (clock.GetTimestamp(), 0));
        ends = clock.GetElapsedTime(started) >= Stable ? 1 : ends + 1;
        _resources[resource] = (started, ends);
        if (ends < Attempts)
        {
            return TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << (2 * (ends - 1))));
        }

        // The user may start it by hand, which begins a new row.
        _resources.Remove(resource);
        return null;
    }
}
