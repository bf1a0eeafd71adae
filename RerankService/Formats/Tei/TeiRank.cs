using EmbedPlatform.RerankService.Reranking;

namespace EmbedPlatform.RerankService.Formats.Tei;

/// <param name="Index">The text's index in the request.</param>
/// <param name="Score">Between 0 and 1, or a logit for raw scores.</param>
/// <param name="Text">Absent unless it was requested.</param>
/// <param name="Truncated">An extension: true for a truncated text; else absent.</param>
internal readonly record struct TeiRank(int Index, double Score, string? Text, bool? Truncated)
{
    public static TeiRank[] From(RerankResult result, TeiRerankRequest request) =>
        [
            .. result.Documents.Select(document => new TeiRank(
                document.Index,
                document.Score(request.RawScores == true),
                request.ReturnText == true ? request.Texts![document.Index] : null,
                document.Truncated ? true : null
            )),
        ];
}
