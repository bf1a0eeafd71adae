namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <summary>Tokens per second of one worker, weighted towards recent batches. Not thread-safe.</summary>
internal sealed class Throughput
{
    private const double MemorySeconds = 10;

    private double _tokens;
    private double _seconds;

    /// <summary>0 before anything ran.</summary>
    public double TokensPerSecond => _seconds > 0 ? _tokens / _seconds : 0;

    public void Add(long tokens, TimeSpan elapsed)
    {
        var seconds = elapsed.TotalSeconds;
        if (seconds <= 0)
        {
            return;
        }

        // Both sums decay at the same rate, so even the first batch gives an unbiased estimate.
        var kept = Math.Exp(-seconds / MemorySeconds);
        _tokens = (_tokens * kept) + tokens;
        _seconds = (_seconds * kept) + seconds;
    }
}
