using EmbedPlatform.RerankService.Formats.Shared;
using EmbedPlatform.RerankService.Reranking;

namespace EmbedPlatform.RerankService.Formats.Legacy;

/// <param name="Results">By descending score; equal scores in the order of the request.</param>
/// <param name="Count">The number of results.</param>
/// <param name="LatencyMs">Milliseconds in the service, queueing included.</param>
/// <param name="Fallback">Absent if the requested model answered.</param>
internal sealed record LegacyRerankResponse(
    IReadOnlyList<LegacyRerankItem> Results,
    int Count,
    double LatencyMs,
    string Model,
    Fallback? Fallback
)
{
    public static LegacyRerankResponse From(RerankResult result, LegacyRerankRequest request) =>
        new(
            [
                .. result.Documents.Select(document => new LegacyRerankItem(
                    document.Index,
                    document.Score(request.RawScores == true),
                    request.ReturnDocuments == false ? null : request.Documents![document.Index],
                    document.Truncated
                )),
            ],
            result.Documents.Count,
            result.Usage.Milliseconds,
            result.Model.Id,
            Fallback.From(result)
        );
}

/// <param name="Index">The document's index in the request.</param>
/// <param name="Score">Between 0 and 1, or a logit for raw scores. Comparable within one answer only.</param>
/// <param name="Truncated">Whether the end was cut off to fit the model.</param>
internal readonly record struct LegacyRerankItem(int Index, double Score, string? Document, bool Truncated);
