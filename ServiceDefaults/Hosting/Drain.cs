namespace EmbedPlatform.ServiceDefaults.Hosting;

/// <summary>
/// Tracks running requests during shutdown: they may finish, new ones are rejected, and after a while the rest is cancelled.
/// </summary>
internal sealed class Drain : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _expired = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;

    /// <summary>Whether new requests are rejected.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Cancelled when the time for running requests is over.</summary>
    public CancellationToken Expired => _expired.Token;

    /// <returns>Whether the request may run; if so, <see cref="Leave"/> must follow.</returns>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (HasBegun)
            {
                return false;
            }

            _running++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_running == 0 && HasBegun)
            {
                _idle.TrySetResult();
            }
        }
    }

    public void Begin()
    {
        lock (_gate)
        {
            HasBegun = true;
            if (_running == 0)
            {
                _idle.TrySetResult();
            }
        }
    }

    /// <summary>Waits for running requests, then cancels the rest and waits for those to end.</summary>
    public async Task EndAsync(TimeSpan drainTimeout, TimeSpan cancelTimeout, CancellationToken cancellationToken)
    {
        if (!await IdleAsync(drainTimeout, cancellationToken))
        {
            await _expired.CancelAsync();
            await IdleAsync(cancelTimeout, cancellationToken);
        }
    }

    public void Dispose() => _expired.Dispose();

    private async Task<bool> IdleAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await _idle.Task.WaitAsync(timeout, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}

/// <summary>Answered as 503 with <c>Retry-After</c>.</summary>
internal sealed class DrainingException() : Exception("The service is shutting down. Retry to reach another replica.");
