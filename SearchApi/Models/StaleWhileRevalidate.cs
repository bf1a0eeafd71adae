namespace EmbedPlatform.SearchApi.Models;

/// <summary>
/// A value that another service serves, cached. A stale value is returned while a new one is fetched (RFC 5861), so that only the first
/// caller waits, and not for long:
/// a search must not hang on a service that it can do without.
/// </summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="fetch">Fetches it.</param>
/// <param name="clock">The clock of ages.</param>
internal sealed class StaleWhileRevalidate<T>(Func<CancellationToken, Task<T>> fetch, TimeProvider clock)
    where T : class
{
    /// <summary>The age from which a value is stale.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    /// <summary>The pause after a failed fetch, and between two fetches for callers that find the value incomplete.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait of a caller while there is no value yet.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task<T?>? _fetching;
    private DateTimeOffset _fetchedAt = DateTimeOffset.MinValue;
    private volatile T? _value;

    /// <summary>The latest value, however old; null before the first one.</summary>
    public T? Value => _value;

    /// <summary>The value; null where the service did not answer in time.</summary>
    public ValueTask<T?> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var age = clock.GetUtcNow() - _fetchedAt;
            if (_fetching is null && age >= (_value is null ? Pause : Fresh))
            {
                BeginFetch();
            }

            return _value is { } known ? new(known) : WaitAsync(cancellationToken);
        }
    }

    /// <summary>A value fetched just now, for a caller that finds the cached one incomplete.</summary>
    public ValueTask<T?> RefreshAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_fetching is null && clock.GetUtcNow() - _fetchedAt >= Pause)
            {
                BeginFetch();
            }

            return WaitAsync(cancellationToken);
        }
    }

    private ValueTask<T?> WaitAsync(CancellationToken cancellationToken)
    {
        var left = LongestWait - (clock.GetUtcNow() - _fetchedAt);
        return _fetching is { } fetching && left > TimeSpan.Zero ? new(WaitAsync(fetching, left, cancellationToken)) : new(_value);
    }

    private async Task<T?> WaitAsync(Task<T?> fetching, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await fetching.WaitAsync(timeout, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return _value;
        }
    }

    private void BeginFetch()
    {
        _fetchedAt = clock.GetUtcNow();
        // The search that happens to be first must not lend the fetch its deadline or its trace.
        using (ExecutionContext.SuppressFlow())
        {
            _fetching = Task.Run(FetchAsync);
        }
    }

    private async Task<T?> FetchAsync()
    {
        using var timeout = new CancellationTokenSource(FetchTimeout);
        try
        {
            _value = await fetch(timeout.Token);
        }
        catch (Exception failure)
            when (failure is Client.PlatformException or HttpRequestException or TimeoutException or OperationCanceledException)
        {
            // A stale value is better than none.
        }

        lock (_gate)
        {
            _fetching = null;
            return _value;
        }
    }
}
