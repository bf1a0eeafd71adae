using System.Text.Json;

namespace EmbedPlatform.Client.Search;

/// <summary>The answer to a search.</summary>
/// <param name="Results">The documents, best first.</param>
/// <param name="Metadata">How the answer came about.</param>
public sealed record SearchResponse(IReadOnlyList<SearchHit> Results, SearchMetadata Metadata)
{
    /// <summary>The facets that were asked for, in their order.</summary>
    public IReadOnlyList<Facet>? Facets { get; init; }
}

/// <summary>The values of one field over all matched documents.</summary>
/// <param name="Field">The field.</param>
/// <param name="Values">The most frequent values, most frequent first, equal ones by value.</param>
/// <param name="Others">How many further values there are.</param>
public sealed record Facet(string Field, IReadOnlyList<FacetValue> Values, long Others);

/// <summary>A value and how many matched documents have it.</summary>
/// <param name="Value">A string, number or boolean.</param>
/// <param name="Count">How many documents; one that has it twice counts once.</param>
public sealed record FacetValue(JsonElement Value, long Count);

/// <summary>A found document.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Score">The final score; comparable inside one answer only.</param>
/// <param name="Title">The title.</param>
/// <param name="Text">The document's best chunk.</param>
/// <param name="Metadata">The metadata object.</param>
/// <param name="Explain">What each leg contributed.</param>
public sealed record SearchHit(string Id, double Score, string? Title, string? Text, JsonElement? Metadata, HitExplanation Explain)
{
    /// <summary>Where the query's words stand, by field (<c>title</c>, <c>text</c>), where highlights were asked for.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Highlights { get; init; }

    /// <summary>Its best chunks, best first, where <see cref="SearchRequest.Group"/> asked for them.</summary>
    public IReadOnlyList<ChunkHit>? Chunks { get; init; }
}

/// <summary>A chunk of a found document.</summary>
/// <param name="Position">Its place in the document, from 0.</param>
/// <param name="Text">Its text.</param>
/// <param name="Score">Its cosine similarity; where words alone were searched, the sum of the weights of those it has.</param>
public sealed record ChunkHit(int Position, string Text, double Score);

/// <summary>How an answer came about.</summary>
/// <param name="Count">How many results are returned.</param>
/// <param name="Mode">Which legs were asked for.</param>
/// <param name="Rerank">Whether the reranker was applied and, if not, why.</param>
/// <param name="Degraded">What was left out because a part of the platform did not answer, in words; empty when all is well.</param>
/// <param name="Timings">Milliseconds per step.</param>
public sealed record SearchMetadata(int Count, SearchMode Mode, RerankOutcome Rerank, IReadOnlyList<string> Degraded, SearchTimings Timings)
{
    /// <summary>How the legs were fused, and what says so; absent where a single leg was searched.</summary>
    public FusionOutcome? Fusion { get; init; }

    /// <summary>How many documents match, where it was asked for: the matched set of docs/search.md, not only what can be paged.</summary>
    public long? Total { get; init; }

    /// <summary>The cursor of the next page, where pages were asked for; absent on the last one.</summary>
    public string? Next { get; init; }

    /// <summary>Whether the whole answer came from the result cache; its other timings are those of the search that made it.</summary>
    public bool Cached { get; init; }
}

/// <summary>How legs were fused.</summary>
/// <param name="Method">By scores or by ranks.</param>
/// <param name="Weights">What each leg counted; the reranker where it was applied.</param>
/// <param name="Source">What the weights are from: the request, the collection, the options, the models' measured weights, or nothing that
/// is known of them.</param>
public sealed record FusionOutcome(FusionMode Method, LegWeights Weights, string Source)
{
    /// <summary>The k of reciprocal ranks; absent where scores were fused.</summary>
    public int? RankConstant { get; init; }
}

/// <summary>Whether the reranker was applied.</summary>
/// <param name="Applied">Whether its scores are part of the order.</param>
/// <param name="Reason">Why not.</param>
/// <param name="Candidates">How many documents it scored.</param>
public sealed record RerankOutcome(bool Applied, string? Reason, int Candidates);
