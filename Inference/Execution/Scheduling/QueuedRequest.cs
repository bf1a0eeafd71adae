using System.Diagnostics;

namespace EmbedPlatform.Inference.Execution.Scheduling;

/// <summary>The texts of one request in the queue. Guarded by the scheduler's lock.</summary>
internal sealed class QueuedRequest<TResult>
{
    private readonly int[] _pending;
    private readonly TResult[] _results;
    private readonly TaskCompletionSource<TResult[]> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _unfinished;

    public QueuedRequest(IReadOnlyList<EncodedText> texts, Lane lane, DateTimeOffset? deadline)
    {
        Texts = texts;
        Lane = lane;
        Deadline = deadline;
        Parent = Activity.Current?.Context ?? default;
        _results = new TResult[texts.Count];
        _unfinished = texts.Count;

        // Sorted shortest first and taken from the end, so the longest run first and equal lengths keep the caller's order.
        _pending = [.. Enumerable.Range(0, texts.Count).OrderBy(i => texts[i].Length).ThenByDescending(i => i)];
        PendingCount = _pending.Length;
        PendingTokens = Tokens = texts.Sum(text => (long)text.Length);
    }

    public IReadOnlyList<EncodedText> Texts { get; }

    public Lane Lane { get; }

    public DateTimeOffset? Deadline { get; }

    public ActivityContext Parent { get; }

    public long Tokens { get; }

    public long PendingTokens { get; private set; }

    public int PendingCount { get; private set; }

    public DateTimeOffset Admitted { get; set; }

    public DateTimeOffset? Started { get; set; }

    /// <summary>The number of batches in which its texts ran.</summary>
    public int Batches { get; set; }

    /// <summary>The size of the largest of these batches, including texts of other requests.</summary>
    public int LargestBatch { get; set; }

    /// <summary>The time its batches spent on pooling.</summary>
    public TimeSpan Pooling { get; set; }

    /// <summary>Its node in the lane's queue; null when none of its texts are waiting.</summary>
    public LinkedListNode<QueuedRequest<TResult>>? Node { get; set; }

    public Task<TResult[]> Completion => _completion.Task;

    public bool IsFinished => _completion.Task.IsCompleted;

    /// <summary>The length of its longest waiting text.</summary>
    public int LongestPending => Texts[_pending[PendingCount - 1]].Length;

    public bool IsExpired(DateTimeOffset now) => Deadline is { } deadline && deadline <= now;

    /// <summary>Takes up to <paramref name="most"/> waiting texts of one length, in the caller's order.</summary>
    public void Take(int length, int most, List<BatchItem<TResult>> batch)
    {
        var end = CountUpTo(length);
        var start = end;
        while (start > 0 && end - start < most && Texts[_pending[start - 1]].Length == length)
        {
            start--;
            batch.Add(new BatchItem<TResult>(this, _pending[start]));
            PendingTokens -= Texts[_pending[start]].Length;
        }

        Array.Copy(_pending, end, _pending, start, PendingCount - end);
        PendingCount -= end - start;
    }

    public void DropPending()
    {
        PendingCount = 0;
        PendingTokens = 0;
    }

    /// <returns>True if it was the last one.</returns>
    public bool Deliver(int index, TResult result)
    {
        _results[index] = result;
        return --_unfinished == 0 && _completion.TrySetResult(_results);
    }

    public bool Fail(Exception exception) => _completion.TrySetException(exception);

    public bool Cancel(CancellationToken token) => _completion.TrySetCanceled(token);

    private int CountUpTo(int longest)
    {
        var (low, high) = (0, PendingCount);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Texts[_pending[middle]].Length <= longest ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

/// <summary>One text of a request.</summary>
internal readonly record struct BatchItem<TResult>(QueuedRequest<TResult> Request, int Index)
{
    public EncodedText Text => Request.Texts[Index];
}
