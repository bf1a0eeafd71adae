using System.Collections.Concurrent;
using EmbedPlatform.SearchApi.Collections;

namespace EmbedPlatform.SearchApi.Search.Reads;

/// <summary>
/// Decides when the standbys are tried again after a failure or a stale read, so that neither costs every statement a detour, and logs
/// long absences.
/// </summary>
internal sealed class StandbyHealth(TimeProvider clock, ILogger<StandbyHealth> log)
{
    // About one search: its other statements would be too early too.
    private static readonly TimeSpan StalePause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongAbsence = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<long, Staleness> _stale = new();
    private readonly Lock _lock = new();
    private TimeSpan _pause = FirstPause;
    private long? _retryAt;
    private long? _absentSince;
    private bool _isLogged;

    /// <summary>Whether to read from a standby; counts the read if not.</summary>
    public bool MayRead(CollectionRecord collection)
    {
        var now = clock.GetTimestamp();
        if (
            _stale.TryGetValue(collection.Id, out var stale)
            && collection.Version >= stale.Version
            && clock.GetElapsedTime(stale.Since, now) < StalePause
        )
        {
            SearchReadMetrics.Stale();
            return false;
        }

        lock (_lock)
        {
            if (_retryAt is not { } at)
            {
                return true;
            }

            if (now >= at)
            {
                // This read tries; the others do not wait for it.
                _retryAt = now + Ticks(_pause);
                _pause = _pause * 2 < MaxPause ? _pause * 2 : MaxPause;
                return true;
            }
        }

        SearchReadMetrics.Failed();
        return false;
    }

    /// <summary>A standby answered.</summary>
    public void MarkGood()
    {
        SearchReadMetrics.Standby();
        lock (_lock)
        {
            if (_isLogged)
            {
                log.LogInformation("Searches read from a standby again");
            }

            (_pause, _retryAt, _absentSince, _isLogged) = (FirstPause, null, null, false);
        }
    }

    /// <summary>A standby has not replayed what the search must see.</summary>
    public void MarkStale(CollectionRecord collection)
    {
        SearchReadMetrics.Stale();
        var now = clock.GetTimestamp();
        _stale[collection.Id] = new Staleness(collection.Version, now);
        lock (_lock)
        {
            // The host responds; only its replay is behind.
            (_pause, _retryAt) = (FirstPause, null);
            MarkAbsent(now, "the standby has not replayed the latest writes");
        }
    }

    /// <summary>A standby failed, or there is none.</summary>
    /// <param name="hostWorks">Whether only this statement failed.</param>
    public void MarkFailed(Exception failure, bool hostWorks)
    {
        SearchReadMetrics.Failed();
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            if (!hostWorks)
            {
                _retryAt ??= now + Ticks(_pause);
            }

            MarkAbsent(now, failure.Message);
        }
    }

    private void MarkAbsent(long now, string reason)
    {
        _absentSince ??= now;
        if (!_isLogged && clock.GetElapsedTime(_absentSince.Value, now) >= LongAbsence)
        {
            log.LogWarning("Searches have read from the primary only for {Seconds:0} s: {Reason}", LongAbsence.TotalSeconds, reason);
            _isLogged = true;
        }
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);

    private readonly record struct Staleness(long Version, long Since);
}
