namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <summary>The requests of one lane, first in first out. Guarded by the scheduler's lock.</summary>
internal sealed class LaneQueue<TResult>
{
    /// <summary>The number of requests behind the oldest that are searched to fill a batch.</summary>
    private const int LookAhead = 256;

    private readonly LinkedList<QueuedRequest<TResult>> _requests = new();

    /// <summary>Tokens admitted and not finished, including those running now.</summary>
    public long Tokens { get; private set; }

    /// <summary>Waiting for a batch.</summary>
    public long PendingTokens { get; private set; }

    public bool IsEmpty => _requests.Count == 0;

    public QueuedRequest<TResult>? Oldest => _requests.First?.Value;

    public void Add(QueuedRequest<TResult> request)
    {
        request.Node = _requests.AddLast(request);
        Tokens += request.Tokens;
        PendingTokens += request.PendingTokens;
    }

    /// <summary>Removes the waiting texts of a request.</summary>
    /// <returns>The number of texts removed.</returns>
    public int Drop(QueuedRequest<TResult> request)
    {
        var dropped = request.PendingCount;
        Tokens -= request.PendingTokens;
        PendingTokens -= request.PendingTokens;
        request.DropPending();
        Unlink(request);
        return dropped;
    }

    /// <summary>Subtracts the tokens of a finished batch.</summary>
    public void Release(long tokens) => Tokens -= tokens;

    /// <summary>
    /// The longest waiting text of the oldest request, with other texts of exactly that length from it and the requests behind it. Padding
    /// would cost as much as text, and would change bits, because the softmax of a padded row sums in another order. Without it a result
    /// never depends on its batch.
    /// </summary>
    public List<BatchItem<TResult>> TakeBatch(long tokenLimit)
    {
        var length = _requests.First!.Value.LongestPending;
        var most = (int)Math.Clamp(tokenLimit / Math.Max(1, length), 1, int.MaxValue);
        var batch = new List<BatchItem<TResult>>(Math.Min(most, 64));

        var looked = 0;
        for (var node = _requests.First; node is not null && batch.Count < most && looked++ < LookAhead;)
        {
            var (request, next) = (node.Value, node.Next);
            var before = request.PendingTokens;
            request.Take(length, most - batch.Count, batch);
            PendingTokens -= before - request.PendingTokens;
            if (request.PendingCount == 0)
            {
                Unlink(request);
            }

            node = next;
        }

        return batch;
    }

    /// <summary>The next waiting request past its deadline, among those considered for a batch.</summary>
    public QueuedRequest<TResult>? Expired(DateTimeOffset now)
    {
        var looked = 0;
        for (var node = _requests.First; node is not null && looked++ < LookAhead; node = node.Next)
        {
            if (node.Value.IsExpired(now))
            {
                return node.Value;
            }
        }

        return null;
    }

    private void Unlink(QueuedRequest<TResult> request)
    {
        if (request.Node is { } node)
        {
            _requests.Remove(node);
            request.Node = null;
        }
    }
}
