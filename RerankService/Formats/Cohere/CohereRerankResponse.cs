using System.Globalization;
using EmbedPlatform.RerankService.Reranking;

namespace EmbedPlatform.RerankService.Formats.Cohere;

/// <summary>
/// The documents by descending score. <c>id</c> and <c>meta</c> are Cohere's; <c>model</c>, <c>object</c> and <c>usage</c> are Jina's.
/// </summary>
/// <param name="Object">Always <c>list</c>.</param>
internal sealed record CohereRerankResponse(
    string Id,
    string Model,
    string Object,
    IReadOnlyList<CohereRerankItem> Results,
    CohereMeta Meta,
    JinaUsage Usage
)
{
    private const int MaxListed = 20;

    // Cohere bills a query with up to this many documents or windows as one search.
    private const int PairsPerSearchUnit = 100;

    public static CohereRerankResponse From(RerankResult result, CohereRerankRequest request, CohereVersion version) =>
        new(
            Guid.NewGuid().ToString(),
            result.Model.Id,
            "list",
            [
                .. result.Documents.Select(document => new CohereRerankItem(
                    document.Index,
                    document.Score(raw: false),
                    request.ReturnDocuments == true ? request.Documents![document.Index] : null
                )),
            ],
            new CohereMeta(
                new CohereApiVersion(((int)version).ToString(CultureInfo.InvariantCulture)),
                new CohereBilledUnits((result.Usage.Pairs + PairsPerSearchUnit - 1) / PairsPerSearchUnit),
                new CohereTokens(result.Usage.Tokens),
                Warnings(result) is { Count: > 0 } warnings ? warnings : null
            ),
            new JinaUsage(result.Usage.Tokens, result.Usage.Tokens)
        );

    private static List<string> Warnings(RerankResult result)
    {
        var warnings = new List<string>();
        var truncated = result.Truncated;
        if (truncated.Count > 0)
        {
            var more = truncated.Count > MaxListed ? $" and {truncated.Count - MaxListed} more" : "";
            warnings.Add($"Truncated documents: {string.Join(", ", truncated.Take(MaxListed))}{more}.");
        }

        if (result.FallbackReason is { } reason)
        {
            warnings.Add($"The fallback model answered: {reason}");
        }

        return warnings;
    }
}

/// <param name="Index">The document's index in the request.</param>
/// <param name="RelevanceScore">Between 0 and 1. Comparable within one answer only.</param>
internal readonly record struct CohereRerankItem(int Index, double RelevanceScore, CohereDocument? Document);

/// <param name="Warnings">Truncated documents and a fallback model; absent without either.</param>
internal sealed record CohereMeta(
    CohereApiVersion ApiVersion,
    CohereBilledUnits BilledUnits,
    CohereTokens Tokens,
    IReadOnlyList<string>? Warnings
);

/// <param name="Version"><c>1</c> or <c>2</c>.</param>
internal sealed record CohereApiVersion(string Version);

/// <param name="SearchUnits">One for every 100 documents or windows.</param>
internal sealed record CohereBilledUnits(int SearchUnits);

internal sealed record CohereTokens(long InputTokens);

internal sealed record JinaUsage(long TotalTokens, long PromptTokens);
