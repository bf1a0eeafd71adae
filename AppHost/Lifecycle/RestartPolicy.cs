namespace EmbedPlatform.AppHost.Lifecycle;

/// <summary>The delays between restarts of a resource, and the number of attempts.</summary>
/// <param name="clock">The clock.</param>
internal sealed class RestartPolicy(TimeProvider clock)
{
    /// <summary>The number of consecutive exits, each soon after a start, after which a resource stays down.</summary>
    public const int Attempts = 5;

    /// <summary>A resource that ran this long counts as started; its next exit is the first of a new series.</summary>
    public static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (long Started, int Ends)> _resources = [];

    /// <summary>Records that a resource runs.</summary>
    public void Started(string resource) => _resources[resource] = (clock.GetTimestamp(), _resources.GetValueOrDefault(resource).Ends);

    /// <summary>Records an unexpected exit; returns the delay before the restart, or null if the resource stays down.</summary>
    public TimeSpan? Ended(string resource)
    {
        var (started, ends) = _resources.GetValueOrDefault(resource, (clock.GetTimestamp(), 0));
        ends = clock.GetElapsedTime(started) >= Stable ? 1 : ends + 1;
        _resources[resource] = (started, ends);
        if (ends < Attempts)
        {
            return TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << (2 * (ends - 1))));
        }

        // The user may start it by hand, which begins a new series.
        _resources.Remove(resource);
        return null;
    }
}
