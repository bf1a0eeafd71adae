namespace EmbedPlatform.Inference.ModelPools;

/// <summary>One model of a pool, in memory or not. Guarded by the pool's lock.</summary>
internal sealed class PoolEntry<TModel>(AvailableModel offer)
    where TModel : class
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private int _failures;
    private DateTimeOffset _loadedAt;

    public string Id { get; } = offer.Id;

    public long ExpectedBytes { get; set; } = offer.ExpectedBytes;

    public IReadOnlyList<string>? MadeFrom { get; set; } = offer.MadeFrom;

    /// <summary>The model; null where it is not in memory.</summary>
    public TModel? Model { get; private set; }

    /// <summary>Its memory in bytes; 0 if it is not loaded.</summary>
    public long Bytes { get; private set; }

    public int Leases { get; set; }

    /// <summary>A counter that grows with every use, for least-recently-used eviction.</summary>
    public long LastUsed { get; set; }

    /// <summary>The load in progress, shared by all waiting callers.</summary>
    public Task? Loading { get; set; }

    /// <summary>Why it is unavailable; null if it has not failed.</summary>
    public string? Failure { get; private set; }

    /// <summary>The earliest time of the next attempt.</summary>
    public DateTimeOffset RetryAt { get; private set; }

    /// <summary>It failed while in use and is unloaded after its last lease.</summary>
    public bool Unloading { get; private set; }

    public bool Serves => Model is not null && !Unloading;

    public void Loaded(TModel model, long bytes, DateTimeOffset now) => (Model, Bytes, Failure, _loadedAt) = (model, bytes, null, now);

    /// <summary>Each failure doubles the back-off. A long successful run resets it; merely loading does not.</summary>
    public void Fail(string reason, DateTimeOffset now, TimeSpan firstPause)
    {
        if (Model is not null && now - _loadedAt > LongestPause)
        {
            _failures = 0;
        }

        var pause = TimeSpan.FromTicks((long)Math.Min(LongestPause.Ticks, firstPause.Ticks * Math.Pow(2, Math.Min(_failures, 30))));
        _failures++;
        (Failure, RetryAt) = (reason, now + pause);
    }

    /// <summary>Postpones the load without counting a failure.</summary>
    public void Postpone(string reason, DateTimeOffset until) => (Failure, RetryAt) = (reason, until);

    public void MarkForUnload() => Unloading = true;

    /// <summary>Takes the model out of the entry; the caller disposes of it.</summary>
    public TModel? Detach()
    {
        var model = Model;
        (Model, Bytes, Unloading) = (null, 0, false);
        return model;
    }
}
