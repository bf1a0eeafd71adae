namespace EmbedPlatform.ServiceDefaults.LoadBalancing;

/// <summary>One replica of a service, as this process sees it. Guarded by the lock of its <see cref="ReplicaSet"/>.</summary>
internal sealed class Replica(Uri address)
{
    public Uri Address { get; } = address;

    /// <summary>Attempts without an answer so far.</summary>
    public int InFlight { get; set; }

    /// <summary>All attempts, plus those it missed while ejected.</summary>
    public long Assigned { get; set; }

    /// <summary>Failures (no answer, or 503) since the last success.</summary>
    public int Failures { get; set; }

    /// <summary>Consecutive attempts without an answer.</summary>
    public int Unanswered { get; set; }

    /// <summary>Counts outages: of all attempts that one outage ends, only the first increments it.</summary>
    public long FailureEpoch { get; set; }

    /// <summary>The time of the last answer of any status.</summary>
    public DateTimeOffset LastAnswer { get; set; }

    public DateTimeOffset EjectedUntil { get; set; }

    /// <summary>One trial attempt is running after an ejection; others stay away.</summary>
    public bool HalfOpen { get; set; }
}

/// <param name="FailureEpoch">The replica's epoch when the attempt began.</param>
internal sealed record Attempt(Replica Replica, long FailureEpoch, DateTimeOffset Began);

internal enum AttemptResult
{
    Answered,

    /// <summary>429: it is at capacity.</summary>
    Busy,

    /// <summary>503: it is starting, shutting down, or lacks a dependency.</summary>
    Unavailable,

    /// <summary>No connection, a broken one, or no answer in time.</summary>
    Unanswered,

    /// <summary>The caller cancelled, which does not indicate a fault unless the replica has been silent for a while.</summary>
    CallerCancelled,
}
