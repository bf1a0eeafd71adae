using EmbedPlatform.RerankService.Formats.Shared;
using EmbedPlatform.RerankService.Reranking;

namespace EmbedPlatform.RerankService.Formats.Native;

/// <param name="Fallback">Absent if the requested model answered.</param>
/// <param name="Results">By descending score; equal scores in the order of the request.</param>
/// <param name="Count">The number of results.</param>
/// <param name="LatencyMs">Milliseconds in the service, queueing included.</param>
internal sealed record NativeRerankResponse(
    string Model,
    string Revision,
    Fallback? Fallback,
    IReadOnlyList<NativeRerankItem> Results,
    int Count,
    NativeUsage Usage,
    double LatencyMs
)
{
    public static NativeRerankResponse From(RerankResult result, NativeRerankRequest request) =>
        new(
            result.Model.Id,
            result.Model.Revision,
            Fallback.From(result),
            [
                .. result.Documents.Select(document => new NativeRerankItem(
                    document.Index,
                    document.Score(request.RawScores == true),
                    request.ReturnDocuments == false ? null : request.Documents![document.Index],
                    document.Truncated,
                    document.Window
                )),
            ],
            result.Documents.Count,
            new NativeUsage(result.Usage.Pairs, result.Usage.Tokens, result.Truncated.Count),
            result.Usage.Milliseconds
        );
}

/// <param name="Index">The document's index in the request.</param>
/// <param name="Score">Between 0 and 1, or a logit for raw scores. Comparable within one answer only.</param>
/// <param name="Truncated">Whether only a part was read.</param>
/// <param name="Windows">Absent unless windows were requested.</param>
internal readonly record struct NativeRerankItem(int Index, double Score, string? Document, bool Truncated, BestWindow? Windows);

/// <param name="Pairs">Scored pairs of the query and a document or window.</param>
/// <param name="Truncated">Documents that were read only in part, returned or not.</param>
internal sealed record NativeUsage(int Pairs, long Tokens, int Truncated);
