namespace EmbedPlatform.Inference.Serving;

/// <summary>One model of a pool, in memory or not. Guarded by the pool's lock.</summary>
internal sealed class PoolEntry<TModel>(ModelOffer offer)
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

    /// <summary>What it takes in memory; 0 where it is not there.</summary>
    public long Bytes { get; private set; }

    public int Leases { get; set; }

    /// <summary>Greater the later it was used.</summary>
    public long LastUsed { get; set; }

    /// <summary>The load under way, for all who wait for it.</summary>
    public Task? Loading { get; set; }

    /// <summary>Why it does not serve at the moment; null where nothing is known against it.</summary>
    public string? Failure { get; private set; }

    /// <summary>When it may be tried again.</summary>
    public DateTimeOffset RetryAt { get; private set; }

    /// <summary>It failed while it was in use and leaves memory with its last user.</summary>
    public bool Leaving { get; private set; }

    public bool Serves => Model is not null && !Leaving;

    public void Loaded(TModel model, long bytes, DateTimeOffset now) => (Model, Bytes, Failure, _loadedAt) = (model, bytes, null, now);

    /// <summary>Each failure doubles the pause; that it served for long in between makes it well again, that it was loaded does not.</summary>
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

    /// <summary>Not now, through no fault of its own.</summary>
    public void Postpone(string reason, DateTimeOffset until) => (Failure, RetryAt) = (reason, until);

    public void Leave() => Leaving = true;

    /// <summary>Takes the model out; whoever calls disposes of it.</summary>
    public TModel? Detach()
    {
        var model = Model;
        (Model, Bytes, Leaving) = (null, 0, false);
        return model;
    }
}
