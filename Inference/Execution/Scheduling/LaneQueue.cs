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
    /// The longest waiting text of the oldest request, filled up with texts of similar length, of that request and the ones behind it. Padding costs as
    /// much as text, so a much shorter one waits for a batch of its own kind.
    /// </summary>
    public List<WorkItem<TResult>> TakeBatch(long tokenLimit)
    {
        var oldest = _requests.First!.Value;
        var longest = oldest.LongestPending;
        var shortest = (longest * 3 / 4) - 4;
        var most = (int)Math.Max(1, tokenLimit / Math.Max(1, longest));
        var batch = new List<WorkItem<TResult>>(Math.Min(most, 64));

        var looked = 0;
        for (var node = _requests.First; node is not null && batch.Count < most && looked++ < LookAhead;)
        {
            var (request, next) = (node.Value, node.Next);
            var before = request.PendingTokens;
            request.Take(shortest, longest, most - batch.Count, batch);
            PendingTokens -= before - request.PendingTokens;
            if (request.PendingCount == 0)
            {
                Unlink(request);
            }

            node = next;
        }

        return batch;
    }

    public IEnumerable<WorkRequest<TResult>> Expired(DateTimeOffset now) => _requests.Take(LookAhead).Where(request => request.IsExpired(now)).ToList();

    private void Unlink(WorkRequest<TResult> request)
    {
        if (request.Node is { } node)
        {
            _requests.Remove(node);
            request.Node = null;
        }
    }
}
