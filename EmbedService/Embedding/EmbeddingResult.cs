using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>The embeddings of one request.</summary>
/// <param name="Fallback">Why another model than the requested one answered; null if the requested one did.</param>
/// <param name="Items">One per text in the order of the request, or one per window, ordered by text and window.</param>
/// <param name="Windows">The window behind each item; null unless windows were requested.</param>
internal sealed record EmbeddingResult(
    LoadedModel Model,
    string? Fallback,
    IReadOnlyList<TextEmbedding> Items,
    IReadOnlyList<WindowPosition>? Windows,
    RequestTimings Timings,
    TimeSpan Elapsed
)
{
    public long Tokens => Items.Sum(item => (long)item.Tokens);

    public int TruncatedCount => Items.Count(item => item.Truncated);

    /// <summary>The length of the dense vectors.</summary>
    public int Dimension => Items is [{ Vector.Length: > 0 and var length }, ..] ? length : Model.Dimension;

    /// <summary>Milliseconds in the service, queueing included.</summary>
    public double LatencyMs => Math.Round(Elapsed.TotalMilliseconds, 3);
}

/// <summary>One window of a text.</summary>
/// <param name="Text">The index of the text in the request.</param>
/// <param name="Number">The index of the window in the text.</param>
/// <param name="Of">The number of windows of the text.</param>
/// <param name="Start">Its start in the text, in UTF-16 code units.</param>
/// <param name="End">Its end (exclusive).</param>
internal readonly record struct WindowPosition(int Text, int Number, int Of, int Start, int End);
