using System.Globalization;
using EmbedPlatform.RerankService.Reranking;

namespace EmbedPlatform.RerankService.Cohere;

/// <summary>The documents by relevance, best first. <c>id</c> and <c>meta</c> are Cohere's, <c>model</c>, <c>object</c> and <c>usage</c> Jina's.</summary>
/// <param name="Id">The request's own id.</param>
/// <param name="Model">The id of the model that served.</param>
/// <param name="Object"><c>list</c>.</param>
/// <param name="Results">The scored documents.</param>
/// <param name="Meta">What it cost, and what to know of it.</param>
/// <param name="Usage">Its tokens.</param>
internal sealed record CohereRerankAnswer(
    string Id, string Model, string Object, IReadOnlyList<CohereResult> Results, CohereMeta Meta, JinaUsage Usage)
{
    private const int NamedAtMost = 20;

    // What Cohere bills as one search: a query with up to this many documents or chunks of documents.
    private const int PairsOfUnit = 100;

    public static CohereRerankAnswer Of(Ranking ranking, CohereRerankBody body, CohereVersion version) => new(
        Guid.NewGuid().ToString(),
        ranking.Model.Id,
        "list",
        [
            .. ranking.Documents.Select(document => new CohereResult(
                document.Index, document.Score(raw: false), body.ReturnDocuments == true ? body.Documents![document.Index] : null)),
        ],
        new CohereMeta(
            new CohereApiVersion(((int)version).ToString(CultureInfo.InvariantCulture)),
            new CohereBilledUnits((ranking.Usage.Pairs + PairsOfUnit - 1) / PairsOfUnit),
            new CohereTokens(ranking.Usage.Tokens),
            Warnings(ranking) is { Count: > 0 } warnings ? warnings : null),
        new JinaUsage(ranking.Usage.Tokens, ranking.Usage.Tokens));

    private static List<string> Warnings(Ranking ranking)
    {
        var warnings = new List<string>();
        var truncated = ranking.Truncated;
        if (truncated.Count > 0)
        {
            var more = truncated.Count > NamedAtMost ? $" and {truncated.Count - NamedAtMost} more" : "";
            warnings.Add($"Not read to their end: documents {string.Join(", ", truncated.Take(NamedAtMost))}{more}.");
        }

        if (ranking.FallbackReason is { } reason)
        {
            warnings.Add($"The fallback model served: {reason}");
        }

        return warnings;
    }
}

/// <summary>A scored document.</summary>
/// <param name="Index">Its position in the request, from 0.</param>
/// <param name="RelevanceScore">Its score, between 0 and 1. Comparable inside one answer only.</param>
/// <param name="Document">The document as an object, where it was asked for.</param>
internal readonly record struct CohereResult(int Index, double RelevanceScore, CohereDocument? Document);

/// <summary>What a request cost, and what to know of its answer.</summary>
/// <param name="ApiVersion">The version of Cohere's API.</param>
/// <param name="BilledUnits">What Cohere would bill.</param>
/// <param name="Tokens">The tokens that were read.</param>
/// <param name="Warnings">Truncated documents, another model than asked for; absent where there are none.</param>
internal sealed record CohereMeta(CohereApiVersion ApiVersion, CohereBilledUnits BilledUnits, CohereTokens Tokens, IReadOnlyList<string>? Warnings);

/// <summary>The version of Cohere's API.</summary>
/// <param name="Version"><c>1</c> or <c>2</c>.</param>
internal sealed record CohereApiVersion(string Version);

/// <summary>What Cohere would bill.</summary>
/// <param name="SearchUnits">One for every 100 documents or windows.</param>
internal sealed record CohereBilledUnits(int SearchUnits);

/// <summary>The tokens that were read.</summary>
/// <param name="InputTokens">Of all pairs, special tokens included.</param>
internal sealed record CohereTokens(long InputTokens);

/// <summary>The tokens in Jina's words.</summary>
/// <param name="TotalTokens">Of all pairs, special tokens included.</param>
/// <param name="PromptTokens">The same.</param>
internal sealed record JinaUsage(long TotalTokens, long PromptTokens);
