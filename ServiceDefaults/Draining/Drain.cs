namespace EmbedPlatform.ServiceDefaults.Draining;

/// <summary>The end of a service as its requests see it: running ones finish, new ones are sent elsewhere, and after a while the rest is cancelled.</summary>
internal sealed class Drain : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _expired = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;

    /// <summary>Whether the service takes no new requests.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Cancelled when what still runs has had its time.</summary>
    public CancellationToken Expired => _expired.Token;

    /// <returns>Whether the request may run; if so, <see cref="Leave"/> has to follow.</returns>
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

    /// <summary>No new requests from now on.</summary>
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

    /// <summary>Waits for what runs, cancels what is left after a while, and waits a moment for that to notice.</summary>
    /// <param name="patience">How long requests may run on.</param>
    /// <param name="notice">How long cancelled ones may take to end.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task EndAsync(TimeSpan patience, TimeSpan notice, CancellationToken cancellationToken)
    {
        if (!await IdleAsync(patience, cancellationToken))
        {
            await _expired.CancelAsync();
            await IdleAsync(notice, cancellationToken);
        }
    }

    public void Dispose() => _expired.Dispose();

    private async Task<bool> IdleAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await _idle.Task.WaitAsync(patience, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}

/// <summary>The service is ending; answered as 503 with <c>Retry-After</c>.</summary>
internal sealed class DrainingException() : Exception("The service is ending; another replica, or its successor, will answer.");
