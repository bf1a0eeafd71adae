using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Inference.Execution;

/// <summary>What every request to the engine may say.</summary>
public record WorkOptions
{
    /// <summary>The queue that the work waits in.</summary>
    public Lane Lane { get; init; } = Lane.Interactive;

    /// <summary>When the caller stops waiting; work that has not started by then is dropped before it costs CPU.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>What happens to a text with more tokens than the model takes.</summary>
    public Truncation Truncation { get; init; } = Truncation.Right;

    /// <summary>A limit of tokens per text below the model's own, special tokens included.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>
    /// The caller's own thread may run a lone text where nothing waits: it saves the changes of thread, and blocks for as long as the model takes. For
    /// callers whose thread serves nobody else in the meantime.
    /// </summary>
    public bool Inline { get; init; }

    /// <summary>Where the engine notes how long the steps took; null: nobody asks.</summary>
    public WorkTimings? Timings { get; init; }
}

/// <summary>How long the steps of a request took in the engine; they add up where a request is several pieces of work.</summary>
public sealed class WorkTimings
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
    /// <summary>Somebody waits: goes first.</summary>
    Interactive,

    /// <summary>Indexing: goes when nobody waits, and is never starved.</summary>
    Bulk,
}
