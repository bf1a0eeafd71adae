namespace EmbedPlatform.SearchApi.Models;

/// <summary>
/// A service's answer that is kept for a while. An old one is used while a new one is fetched, so that only the first caller waits, and no longer than given:
/// a search must not hang on a service that it can do without.
/// </summary>
/// <typeparam name="T">The answer.</typeparam>
/// <param name="ask">Fetches it.</param>
/// <param name="clock">The clock of ages.</param>
internal sealed class Remembered<T>(Func<CancellationToken, Task<T>> ask, TimeProvider clock)
    where T : class
{
    /// <summary>After how long an answer is fetched anew.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    /// <summary>The pause after a failed attempt, and between two fetches that a caller wants because the answer lacks something.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait of a caller that has no answer yet.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task<T?>? _asking;
    private DateTimeOffset _asked = DateTimeOffset.MinValue;
    private volatile T? _value;

    /// <summary>The latest answer, however old; null before the first one.</summary>
    public T? Value => _value;

    /// <summary>The answer; null where the service did not give one in time.</summary>
    public ValueTask<T?> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var age = clock.GetUtcNow() - _asked;
            if (_asking is null && age >= (_value is null ? Pause : Fresh))
            {
                Ask();
            }

            return _value is { } known ? new(known) : WaitAsync(cancellationToken);
        }
    }

    /// <summary>An answer that was fetched a moment ago: for a caller to whom an older one does not say enough.</summary>
    public ValueTask<T?> RefreshAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_asking is null && clock.GetUtcNow() - _asked >= Pause)
            {
                Ask();
            }

            return WaitAsync(cancellationToken);
        }
    }

    private ValueTask<T?> WaitAsync(CancellationToken cancellationToken)
    {
        var left = Patience - (clock.GetUtcNow() - _asked);
        return _asking is { } asking && left > TimeSpan.Zero ? new(ArriveAsync(asking, left, cancellationToken)) : new(_value);
    }

    private async Task<T?> ArriveAsync(Task<T?> asking, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            return await asking.WaitAsync(patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return _value;
        }
    }

    private void Ask()
    {
        _asked = clock.GetUtcNow();
        // Not a part of the search that happens to be the first: neither its deadline nor its trace.
        using (ExecutionContext.SuppressFlow())
        {
            _asking = Task.Run(FetchAsync);
        }
    }

    private async Task<T?> FetchAsync()
    {
        using var longest = new CancellationTokenSource(LongestCall);
        try
        {
            _value = await ask(longest.Token);
        }
        catch (Exception failure)
            when (failure is Client.PlatformException or HttpRequestException or TimeoutException or OperationCanceledException)
        {
            // An older answer is better than none.
        }

        lock (_gate)
        {
            _asking = null;
            return _value;
        }
    }
}
