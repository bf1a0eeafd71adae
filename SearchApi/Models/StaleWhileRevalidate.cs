namespace EmbedPlatform.SearchApi.Models;

/// <summary>
/// Caches a value of another service. A stale value is returned while a new one is fetched (RFC 5861), so that only the first caller
/// waits, and for a limited time: a search must not hang on an optional service.
/// </summary>
/// <param name="maxWait">The maximum wait of a caller while there is no value yet.</param>
internal sealed class StaleWhileRevalidate<T>(Func<CancellationToken, Task<T>> fetch, TimeProvider clock, TimeSpan maxWait)
    where T : class
{
    /// <summary>The age at which a value becomes stale.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    /// <summary>The pause after a failed fetch, and between fetches for callers that find the value incomplete.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task<T?>? _fetching;
    private DateTimeOffset _fetchedAt = DateTimeOffset.MinValue;
    private volatile T? _value;

    /// <summary>The latest value, however old; null before the first fetch.</summary>
    public T? Value => _value;

    /// <summary>The value; null if the service did not respond in time.</summary>
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

    /// <summary>A freshly fetched value, for a caller that finds the cached one incomplete.</summary>
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
        var left = maxWait - (clock.GetUtcNow() - _fetchedAt);
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
        // The first search must not pass its deadline or its trace on to the fetch.
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
