using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Search.Hits;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Ranking;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>A search with every part checked and decided.</summary>
internal sealed record SearchPlan
{
    /// <summary>What is looked for.</summary>
    public required string Query { get; init; }

    /// <summary>The query's phrases, beginnings of words and plain words. A dense search has words alone.</summary>
    public required QuerySyntax Syntax { get; init; }

    /// <summary>Which legs find candidates.</summary>
    public required SearchMode Mode { get; init; }

    /// <summary>How many documents to return.</summary>
    public required int Limit { get; init; }

    /// <summary>How many documents of the ranking to skip.</summary>
    public int Offset { get; init; }

    /// <summary>Whether the best candidates are reranked.</summary>
    public required RerankMode Rerank { get; init; }

    /// <summary>How many of them, where the request or the collection says it.</summary>
    public int? RerankDepth { get; init; }

    /// <summary>How many candidates each leg finds.</summary>
    public required int LegDepth { get; init; }

    /// <summary>How legs are fused, where the request says it.</summary>
    public FusionMode? Method { get; init; }

    /// <summary>Fusion and reranking as they are decided; null where there is nothing to decide, and before it is.</summary>
    public FusionDecision? Fusion { get; init; }

    /// <summary>Whether a small pool is filled up with further documents.</summary>
    public bool Fill { get; init; } = true;

    /// <summary>What the request says of the legs' weights.</summary>
    public LegWeights? Weights { get; init; }

    /// <summary>Which documents count, those with the query's phrases; null where all.</summary>
    public FilterNode? Filter { get; init; }

    /// <summary>The least score that counts.</summary>
    public double? Threshold { get; init; }

    /// <summary>Whether every vector is compared.</summary>
    public bool Exact { get; init; }

    /// <summary>Whether the ranking is kept for further pages.</summary>
    public bool Pages { get; init; }

    /// <summary>Whether the answer may come from the cache.</summary>
    public bool Cache { get; init; } = true;

    /// <summary>Whether matched documents are counted.</summary>
    public bool Total { get; init; }

    /// <summary>Whose values are counted, and how many values are returned.</summary>
    public IReadOnlyList<(MetadataPath Path, int Limit)> Facets { get; init; } = [];

    /// <summary>How many of its best chunks a hit shows with their places; 0 where it was not asked for.</summary>
    public int Chunks { get; init; }

    /// <summary>What a hit shows.</summary>
    public required HitFields Shape { get; init; }

    /// <summary>Whether something is counted over the matched set.</summary>
    public bool Counts => Total || Facets.Count > 0;
}
