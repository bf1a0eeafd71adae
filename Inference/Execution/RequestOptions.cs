using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>Options of a request to the engine.</summary>
public record RequestOptions
{
    /// <summary>The queue in which the request waits.</summary>
    public Lane Lane { get; init; } = Lane.Interactive;

    /// <summary>When the caller stops waiting; work that has not started by then is dropped without using the CPU.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>How a text that exceeds the token limit is handled.</summary>
    public Truncation Truncation { get; init; } = Truncation.Right;

    /// <summary>A limit of tokens per text below the model's own, including special tokens.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>
    /// Whether a single text may run on the caller's thread when the queue is empty. That saves the thread switches and blocks the caller
    /// while the model runs; use it only if the calling thread has nothing else to do.
    /// </summary>
    public bool RunOnCallerThread { get; init; }

    /// <summary>Receives the durations of the steps; null if they are not needed.</summary>
    public RequestTimings? Timings { get; init; }
}

/// <summary>The durations of a request's steps in the engine; summed up if a request consists of several calls.</summary>
public sealed class RequestTimings
{
    /// <summary>Texts to ids.</summary>
    public TimeSpan Tokenization { get; internal set; }

    /// <summary>From its admission until the first text of it ran.</summary>
    public TimeSpan Queue { get; internal set; }

    /// <summary>From then until the last one was done.</summary>
    public TimeSpan Inference { get; internal set; }
}

/// <summary>The queues of the engine.</summary>
public enum Lane
{
    /// <summary>A user is waiting: runs first.</summary>
    Interactive,

    /// <summary>Indexing: runs when no interactive work waits, and is never starved.</summary>
    Bulk,
}
