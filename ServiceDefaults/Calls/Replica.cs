namespace EmbedPlatform.ServiceDefaults.Calls;

/// <summary>What one caller knows of one replica of a service. Guarded by the lock of its <see cref="ReplicaSet"/>.</summary>
internal sealed class Replica(Uri address)
{
    /// <summary>Where it is.</summary>
    public Uri Address { get; } = address;

    /// <summary>Calls that it has not answered yet.</summary>
    public int InFlight { get; set; }

    /// <summary>Calls that it was ever given, and those it was excused from while it was left alone.</summary>
    public long Assigned { get; set; }

    /// <summary>Failures (no answer, or 503) since the last good answer.</summary>
    public int Failures { get; set; }

    /// <summary>Attempts in a row without any answer.</summary>
    public int Unanswered { get; set; }

    /// <summary>How often it was found without an answer: of the many calls that one death ends, the first counts.</summary>
    public long Deaths { get; set; }

    /// <summary>When it last answered anything.</summary>
    public DateTimeOffset LastAnswer { get; set; }

    /// <summary>It is left alone until then.</summary>
    public DateTimeOffset LeaveUntil { get; set; }

    /// <summary>One call finds out whether it is back.</summary>
    public bool OnTrial { get; set; }
}

/// <summary>One attempt at a replica.</summary>
/// <param name="Replica">Who is called.</param>
/// <param name="Deaths">How often it had been found without an answer when the attempt began.</param>
/// <param name="Began">When it began.</param>
internal sealed record Attempt(Replica Replica, long Deaths, DateTimeOffset Began);

/// <summary>How an attempt at a replica went.</summary>
internal enum AttemptResult
{
    /// <summary>It answered.</summary>
    Answered,

    /// <summary>It answered 429: it has as much to do as it takes.</summary>
    Busy,

    /// <summary>It answered 503: it starts, ends or lacks something.</summary>
    Unready,

    /// <summary>No connection, a broken one, or no answer in time.</summary>
    Unanswered,

    /// <summary>The caller went away: that says nothing, unless the replica answered nobody for a while.</summary>
    Abandoned,
}
