using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.Limits;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>A valid request of any wire format.</summary>
/// <param name="Query">The query.</param>
/// <param name="Documents">The documents.</param>
internal sealed record RerankQuestion(string Query, IReadOnlyList<string> Documents)
{
    /// <summary>The model that is asked for; null: the default.</summary>
    public string? Model { get; init; }

    /// <summary>How many of the best are wanted; null: all.</summary>
    public int? TopN { get; init; }

    /// <summary>How documents longer than the model takes are cut into windows; null: they are truncated.</summary>
    public WindowRules? Windows { get; init; }

    /// <summary>Which end of a truncated document is cut, or that it is refused.</summary>
    public TruncationPolicy Truncation { get; init; } = TruncationPolicy.Right;

    /// <summary>The queue that the work waits in.</summary>
    public Lane Lane { get; init; } = Lane.Interactive;

    /// <summary>When the caller stops waiting.</summary>
    public RequestDeadline Deadline { get; init; }
}

/// <summary>How a long document becomes windows.</summary>
/// <param name="MaxWindows">The most windows of a document; what lies behind them is cut off.</param>
/// <param name="MaxTokens">The most tokens of a document; what lies behind them is cut off. Null: any number.</param>
internal sealed record WindowRules(int MaxWindows, int? MaxTokens = null);
