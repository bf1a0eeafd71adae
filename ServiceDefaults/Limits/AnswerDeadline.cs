namespace EmbedPlatform.ServiceDefaults.Limits;

// The end of a caller's patience, which comes to pass or finds the answer begun: never both, since half an answer helps nobody.
internal sealed class AnswerDeadline : IDisposable
{
    private const int Open = 0;
    private const int Begun = 1;
    private const int Over = 2;

    private readonly CancellationTokenSource _end;
    private readonly Timer _timer;
    private int _state = Open;

    public AnswerDeadline(TimeSpan wait, CancellationToken gone)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(gone);
        Token = _end.Token;
        _timer = new Timer(static deadline => ((AnswerDeadline)deadline!).End(), this, wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled once it has passed, and when the caller is gone.</summary>
    public CancellationToken Token { get; }

    public bool HasPassed => Volatile.Read(ref _state) == Over;

    /// <summary>The answer's first byte: from here on the deadline does not pass any more.</summary>
    /// <exception cref="OperationCanceledException">It has passed.</exception>
    public void BeginAnswer()
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
            // The request ended in this very moment.
        }
    }
}
