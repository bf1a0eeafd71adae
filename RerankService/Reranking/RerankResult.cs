using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>The answer to a request.</summary>
/// <param name="Documents">The best documents, by descending score; equal scores in the order of the request.</param>
/// <param name="FallbackReason">Why another model than the requested one answered; null if the requested one did.</param>
/// <param name="Truncated">The indexes of all documents that were read only in part, returned or not.</param>
internal sealed record RerankResult(
    IReadOnlyList<RankedDocument> Documents,
    LoadedModel Model,
    string? FallbackReason,
    RerankUsage Usage,
    IReadOnlyList<int> Truncated
);

/// <param name="Index">The document's index in the request.</param>
/// <param name="Logit">The model's output; for windows, the highest.</param>
/// <param name="Truncated">Whether only a part was read.</param>
/// <param name="Window">The best window; null unless windows were requested.</param>
internal readonly record struct RankedDocument(int Index, float Logit, bool Truncated, BestWindow? Window)
{
    /// <summary>The logit, or its sigmoid.</summary>
    public double Score(bool raw) => raw ? Logit : 1.0 / (1.0 + Math.Exp(-Logit));
}

/// <summary>The window whose score is the document's.</summary>
/// <param name="Count">The number of windows of the document.</param>
/// <param name="Best">The index of this window.</param>
/// <param name="Start">Its start in the document, in UTF-16 code units.</param>
/// <param name="End">Its end (exclusive).</param>
internal sealed record BestWindow(int Count, int Best, int Start, int End);

/// <param name="Pairs">Scored pairs of the query and a document or window.</param>
/// <param name="Tokens">Tokens of all pairs, special tokens included.</param>
/// <param name="Elapsed">Time in the service, queueing included.</param>
internal sealed record RerankUsage(int Pairs, long Tokens, TimeSpan Elapsed, RequestTimings Timings)
{
    public double Milliseconds => Math.Round(Elapsed.TotalMilliseconds, 3);
}
