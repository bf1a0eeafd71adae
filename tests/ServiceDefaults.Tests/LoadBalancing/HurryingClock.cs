using Microsoft.Extensions.Time.Testing;

namespace EmbedPlatform.ServiceDefaults.Tests.LoadBalancing;

/// <summary>A clock whose waits end at once and move it on.</summary>
internal sealed class HurryingClock : FakeTimeProvider
{
    /// <summary>Waits shorter than this are waits between attempts; longer ones are limits that no test reaches.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public List<TimeSpan> Waits { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime < Limit && period == Timeout.InfiniteTimeSpan)
        {
            Waits.Add(dueTime);
            Advance(dueTime);
        }

        return timer;
    }
}
