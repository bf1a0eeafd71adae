using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Search.Browsing;
using EmbedPlatform.SearchApi.Search.Hits;
using EmbedPlatform.SearchApi.Search.Lexical;
using EmbedPlatform.SearchApi.Search.Ranking;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>A validated search with every default resolved.</summary>
internal sealed record SearchPlan
{
    public required string Query { get; init; }

    /// <summary>The query's phrases, prefixes and words; in dense mode words only.</summary>
    public required QuerySyntax Syntax { get; init; }

    /// <summary>What the query excludes; null if nothing.</summary>
    public IReadOnlyList<string>? Excluded => Syntax.Exclusions is { Count: > 0 } all ? [.. all.Select(one => one.Text)] : null;

    /// <summary>The legs that retrieve candidates.</summary>
    public required SearchMode Mode { get; init; }

    /// <summary>The number of hits to return.</summary>
    public required int Limit { get; init; }

    /// <summary>The number of hits to skip.</summary>
    public int Offset { get; init; }

    public required RerankMode Rerank { get; init; }

    /// <summary>The number of candidates to rerank, if the request or the collection sets it.</summary>
    public int? RerankDepth { get; init; }

    /// <summary>The number of candidates per leg, without regard to reranking.</summary>
    public required int LegDepth { get; init; }

    /// <summary>The number of candidates per leg.</summary>
    public int Depth => Mode != SearchMode.Hybrid && Fusion is { Reranks: true } ? Math.Max(LegDepth, Fusion.RerankDepth) : LegDepth;

    /// <summary>The fusion method, if the request sets it.</summary>
    public FusionMode? Method { get; init; }

    /// <summary>The resolved fusion and reranking; null before it is resolved, and for a single leg without reranking.</summary>
    public FusionDecision? Fusion { get; init; }

    /// <summary>Whether documents beyond the fused candidates follow them.</summary>
    public bool Fill { get; init; } = true;

    /// <summary>The leg weights of the request.</summary>
    public LegWeights? Weights { get; init; }

    /// <summary>The filter, including the query's phrases; null for all documents.</summary>
    public FilterNode? Filter { get; init; }

    /// <summary>The minimum score of a hit.</summary>
    public double? Threshold { get; init; }

    /// <summary>Whether scores are relevance from 0 to 1; otherwise they are those of the only leg.</summary>
    public bool ScoresRelevance => Mode == SearchMode.Hybrid || Fusion is { Reranks: true };

    /// <summary>The minimum score of the only leg.</summary>
    public double? LegThreshold => ScoresRelevance ? null : Threshold;

    /// <summary>The time after which no further candidates are reranked; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether the search needs all documents that pages can reach.</summary>
    public bool NeedsWholeRanking => Pages || (ScoresRelevance && Threshold is not null && (Counts || Browse is not null));

    /// <summary>Whether to compare every vector.</summary>
    public bool Exact { get; init; }

    /// <summary>Whether to keep the ranking for further pages.</summary>
    public bool Pages { get; init; }

    /// <summary>Whether the response may come from the cache.</summary>
    public bool Cache { get; init; } = true;

    /// <summary>Whether to count the matched documents.</summary>
    public bool Total { get; init; }

    /// <summary>The facets.</summary>
    public IReadOnlyList<FacetPlan> Facets { get; init; } = [];

    /// <summary>How the search lists or groups documents; null for a ranking of single documents.</summary>
    public BrowsePlan? Browse { get; init; }

    /// <summary>The number of best chunks per hit; 0 if not requested.</summary>
    public int Chunks { get; init; }

    public required HitFields Shape { get; init; }

    /// <summary>Whether the search counts anything over the matched set.</summary>
    public bool Counts => Total || Facets.Count > 0;
}
