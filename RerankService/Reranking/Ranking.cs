using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>The documents by score, best first; equal scores in the order of the request.</summary>
/// <param name="Documents">The documents that were asked for.</param>
/// <param name="Model">The model that served.</param>
/// <param name="FallbackReason">Why it is not the one that was asked for; null where it is.</param>
/// <param name="Usage">What it cost.</param>
/// <param name="Truncated">The positions of all documents of which a part was not read, also of those that were not asked for.</param>
internal sealed record Ranking(
    IReadOnlyList<RankedDocument> Documents, LoadedModel Model, string? FallbackReason, RerankUsage Usage, IReadOnlyList<int> Truncated);

/// <summary>A scored document.</summary>
/// <param name="Index">Its position in the request, from 0.</param>
/// <param name="Logit">The model's raw output; of windows the greatest.</param>
/// <param name="Truncated">Whether a part of it was not read.</param>
/// <param name="Window">The window that won; null where the document was not cut into windows.</param>
internal readonly record struct RankedDocument(int Index, float Logit, bool Truncated, WinningWindow? Window)
{
    /// <summary>The logit, or the logit through a sigmoid.</summary>
    public double Score(bool raw) => raw ? Logit : 1.0 / (1.0 + Math.Exp(-Logit));
}

/// <summary>The part of a long document that answers best.</summary>
/// <param name="Count">How many windows the document was cut into.</param>
/// <param name="Best">The position of the one whose score is the document's, from 0.</param>
/// <param name="Start">Where it begins in the document, in UTF-16 code units.</param>
/// <param name="End">Where it ends.</param>
internal sealed record WinningWindow(int Count, int Best, int Start, int End);

/// <summary>What a request cost.</summary>
/// <param name="Pairs">Pairs of query and document or window that were scored.</param>
/// <param name="Tokens">Their tokens, special tokens included.</param>
/// <param name="Elapsed">The time in the service, waiting included.</param>
/// <param name="Steps">The time that the engine's steps took.</param>
internal sealed record RerankUsage(int Pairs, long Tokens, TimeSpan Elapsed, WorkTimings Steps)
{
    /// <summary>The elapsed time as answers give it.</summary>
    public double Milliseconds => Math.Round(Elapsed.TotalMilliseconds, 3);
}
