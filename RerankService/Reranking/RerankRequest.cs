using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>A valid request of any wire format.</summary>
internal sealed record RerankRequest(string Query, IReadOnlyList<string> Documents)
{
    /// <summary>The model's name; null for the default model.</summary>
    public string? Model { get; init; }

    /// <summary>The number of results; null: all.</summary>
    public int? TopN { get; init; }

    /// <summary>Splits documents longer than the model takes into windows; null: they are truncated.</summary>
    public WindowOptions? Windows { get; init; }

    public Truncation Truncation { get; init; } = Truncation.Right;

    public Lane Lane { get; init; } = Lane.Interactive;

    public RequestDeadline Deadline { get; init; }
}

/// <param name="MaxWindows">The most windows of a document; the rest is not read.</param>
/// <param name="MaxTokens">The most tokens of a document; the rest is not read. Null: no limit.</param>
internal sealed record WindowOptions(int MaxWindows, int? MaxTokens = null);
