using EmbedPlatform.RerankService.Reranking;

namespace EmbedPlatform.RerankService.Older;

/// <summary>The documents by score, best first; equal scores by their position in the request.</summary>
/// <param name="Results">The scored documents.</param>
/// <param name="Count">How many results.</param>
/// <param name="LatencyMs">Milliseconds in the service, waiting included.</param>
/// <param name="Model">The id of the model that served.</param>
/// <param name="Fallback">Why another model than the one that was asked for served; absent where it did not.</param>
internal sealed record RerankAnswer(IReadOnlyList<ScoredDocument> Results, int Count, double LatencyMs, string Model, FallbackNote? Fallback)
{
    public static RerankAnswer Of(Ranking ranking, RerankBody body) => new(
        [
            .. ranking.Documents.Select(document => new ScoredDocument(
                document.Index,
                document.Score(body.RawScores == true),
                body.ReturnDocuments == false ? null : body.Documents![document.Index],
                document.Truncated)),
        ],
        ranking.Documents.Count,
        ranking.Usage.Milliseconds,
        ranking.Model.Id,
        FallbackNote.Of(ranking));
}

/// <summary>A scored document.</summary>
/// <param name="Index">Its position in the request, from 0.</param>
/// <param name="Score">Its score: between 0 and 1, or a logit where raw scores were asked for. Comparable inside one answer only.</param>
/// <param name="Document">Its text, unless it was not asked for.</param>
/// <param name="Truncated">Whether its end was cut off to fit the model.</param>
internal readonly record struct ScoredDocument(int Index, double Score, string? Document, bool Truncated);
