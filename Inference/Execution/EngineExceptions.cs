namespace EmbedPlatform.Inference.Execution;

/// <summary>The queue is full; nothing of the request was admitted.</summary>
/// <param name="retryAfter">When there will be room, from the measured throughput.</param>
public sealed class QueueFullException(TimeSpan retryAfter) : Exception("The queue is full.")
{
    /// <summary>When there will be room, from the measured throughput.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>The caller's deadline passed before the work was done.</summary>
public sealed class DeadlineExceededException() : Exception("The deadline passed before the work was done.");

/// <summary>A text has more tokens than the model takes.</summary>
/// <param name="index">The position of the text in the request.</param>
/// <param name="tokens">How many tokens it has.</param>
/// <param name="limit">How many the model takes.</param>
public sealed class TextTooLongException(int index, int tokens, int limit)
    : Exception($"Text {index} has {tokens} tokens; the limit is {limit}.")
{
    /// <summary>The position of the text in the request.</summary>
    public int Index { get; } = index;

    /// <summary>How many tokens it has.</summary>
    public int Tokens { get; } = tokens;

    /// <summary>How many the model takes.</summary>
    public int Limit { get; } = limit;
}
