namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <summary>The requests of one lane in the order in which they came. Guarded by the scheduler's lock.</summary>
internal sealed class LaneQueue<TResult>
{
    /// <summary>How many requests behind the oldest are looked at to fill a batch.</summary>
    private const int LookAhead = 256;

    private readonly LinkedList<WorkRequest<TResult>> _requests = new();

    /// <summary>Admitted and not yet run, what runs at the moment included.</summary>
    public long Tokens { get; private set; }

    /// <summary>Waiting for a batch.</summary>
    public long PendingTokens { get; private set; }

    public bool IsEmpty => _requests.Count == 0;

    public WorkRequest<TResult>? Oldest => _requests.First?.Value;

    public void Add(WorkRequest<TResult> request)
    {
        request.Node = _requests.AddLast(request);
        Tokens += request.Tokens;
        PendingTokens += request.PendingTokens;
    }

    /// <summary>Removes what of the request still waits.</summary>
    /// <returns>How many texts that were.</returns>
    public int Drop(WorkRequest<TResult> request)
    {
        var dropped = request.PendingCount;
        Tokens -= request.PendingTokens;
        PendingTokens -= request.PendingTokens;
        request.DropPending();
        Unlink(request);
        return dropped;
    }

    /// <summary>What a batch had is no longer under way.</summary>
    public void Release(long tokens) => Tokens -= tokens;

    /// <summary>
    /// The longest waiting text of the oldest request, with others of exactly its length, of that request and the ones behind it. Padding would cost
    /// as much as text, and it changes bits: a padded row's softmax sums in another order. Without it a text's result never depends on its batch.
    /// </summary>
    public List<WorkItem<TResult>> TakeBatch(long tokenLimit)
    {
        var length = _requests.First!.Value.LongestPending;
        var most = (int)Math.Clamp(tokenLimit / Math.Max(1, length), 1, int.MaxValue);
        var batch = new List<WorkItem<TResult>>(Math.Min(most, 64));

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

    /// <summary>The next waiting request whose deadline has passed, among those a batch would look at.</summary>
    public WorkRequest<TResult>? Expired(DateTimeOffset now)
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

    private void Unlink(WorkRequest<TResult> request)
    {
        if (request.Node is { } node)
        {
            _requests.Remove(node);
            request.Node = null;
        }
    }
}
