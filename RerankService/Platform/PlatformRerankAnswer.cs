using EmbedPlatform.RerankService.Reranking;

namespace EmbedPlatform.RerankService.Platform;

/// <summary>The documents by score, best first; equal scores by their position in the request.</summary>
/// <param name="Model">The id of the model that served.</param>
/// <param name="Revision">What identifies its weights.</param>
/// <param name="Fallback">Why another model than the one that was asked for served; absent where it did not.</param>
/// <param name="Results">The scored documents.</param>
/// <param name="Count">How many results.</param>
/// <param name="Usage">What it cost.</param>
/// <param name="LatencyMs">Milliseconds in the service, waiting included.</param>
internal sealed record PlatformRerankAnswer(
    string Model, string Revision, FallbackNote? Fallback, IReadOnlyList<PlatformResult> Results, int Count, PlatformUsage Usage, double LatencyMs)
{
    public static PlatformRerankAnswer Of(Ranking ranking, PlatformRerankBody body) => new(
        ranking.Model.Id,
        ranking.Model.Revision,
        FallbackNote.Of(ranking),
        [
            .. ranking.Documents.Select(document => new PlatformResult(
                document.Index,
                document.Score(body.RawScores == true),
                body.ReturnDocuments == false ? null : body.Documents![document.Index],
                document.Truncated,
                document.Window)),
        ],
        ranking.Documents.Count,
        new PlatformUsage(ranking.Usage.Pairs, ranking.Usage.Tokens, ranking.Truncated.Count),
        ranking.Usage.Milliseconds);
}

/// <summary>A scored document.</summary>
/// <param name="Index">Its position in the request, from 0.</param>
/// <param name="Score">Its score: between 0 and 1, or a logit where raw scores were asked for. Comparable inside one answer only.</param>
/// <param name="Document">Its text, unless it was not asked for.</param>
/// <param name="Truncated">Whether a part of it was not read.</param>
/// <param name="Windows">How many windows it was cut into, and which of them won; absent where they were not asked for.</param>
internal readonly record struct PlatformResult(int Index, double Score, string? Document, bool Truncated, WinningWindow? Windows);

/// <summary>What a request cost.</summary>
/// <param name="Pairs">Pairs of query and document or window that were scored.</param>
/// <param name="Tokens">Their tokens, special tokens included.</param>
/// <param name="Truncated">Documents of which a part was not read, also among those that were not returned.</param>
internal sealed record PlatformUsage(int Pairs, long Tokens, int Truncated);
