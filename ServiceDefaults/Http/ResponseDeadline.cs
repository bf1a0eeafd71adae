namespace EmbedPlatform.ServiceDefaults.Http;

// A response deadline. It either fires before the first byte is written or never fires: a truncated response is useless.
internal sealed class ResponseDeadline : IDisposable
{
    private const int Open = 0;
    private const int Begun = 1;
    private const int Over = 2;

    private readonly CancellationTokenSource _end;
    private readonly Timer _timer;
    private int _state = Open;

    public ResponseDeadline(TimeSpan wait, CancellationToken disconnected)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(disconnected);
        Token = _end.Token;
        _timer = new Timer(static deadline => ((ResponseDeadline)deadline!).End(), this, wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled when the deadline passes or the client disconnects.</summary>
    public CancellationToken Token { get; }

    public bool HasPassed => Volatile.Read(ref _state) == Over;

    /// <summary>Disarms the deadline before the first byte is written.</summary>
    /// <exception cref="OperationCanceledException">The deadline has passed.</exception>
    public void BeginResponse()
    {
        if (Interlocked.CompareExchange(ref _state, Begun, Open) == Over)
        {
            throw new OperationCanceledException(Token);
        }
    }

    public void Dispose()
    {
        Interlocked.CompareExchange(ref _state, Begun, Open);
        _timer.Dispose();
        _end.Dispose();
    }

    private void End()
    {
        if (Interlocked.CompareExchange(ref _state, Over, Open) != Open)
        {
            return;
        }

        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The request has just ended.
        }
    }
}
