using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Hits;
using EmbedPlatform.SearchApi.Search.Paging;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.SearchApi.Search.Typing;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Builds the response from a ranking: the page, its counts and the next page's cursor.</summary>
internal sealed class SearchResponseFactory(
    MatchCounter matched,
    HitFactory hits,
    ChunkGroups groups,
    CursorStore cursors,
    IOptions<SearchOptions> options
)
{
    /// <param name="start">The timestamp at which the search began.</param>
    public async Task<SearchResponse> CreateAsync(
        CollectionRecord collection,
        SearchPlan plan,
        RankedCandidates ranking,
        long start,
        CancellationToken cancellationToken
    )
    {
        var counts = plan.Counts ? await matched.CountAsync(collection, plan, ranking, cancellationToken) : null;
        var reach = plan.Total ? Reach(plan, ranking, counts!.Total) : null;
        var page = ranking.Ordered.Skip(plan.Offset).Take(plan.Limit).ToList();
        var results = await hits.MakeAsync(
            collection,
            plan.Query,
            ranking.Retrieved.Terms,
            plan.Syntax.Typing,
            plan.Shape,
            page,
            cancellationToken
        );
        results =
            plan.Chunks > 0 && results.Count > 0
                ? await groups.AddAsync(collection, plan, ranking.Retrieved, page, results, cancellationToken)
                : results;
        var typed = ranking.Retrieved.Terms?.Typed ?? TypedWords.AsTyped;
        return new SearchResponse(
            results,
            new SearchMetadata(results.Count, plan.Mode, ranking.Rerank, ranking.Degraded, Timings(ranking, start))
            {
                Fusion = Describe(ranking.Rule),
                Total = reach?.Total,
                TotalRelation = reach?.Relation,
                Pageable = reach?.Pageable,
                Excluded = plan.Excluded,
                Typos = typed.Corrections.Count == 0 ? null : [.. typed.Corrections.Select(Describe)],
                DidYouMean = typed.DidYouMean,
                TypingUnavailable = typed.Unavailable,
                Next = await KeepAsync(collection, plan, ranking, reach, cancellationToken),
            }
        )
        {
            Facets = plan.Facets.Count > 0 ? counts?.Facets : null,
        };
    }

    private PageReach Reach(SearchPlan plan, RankedCandidates ranking, long total)
    {
        var window = options.Value.PageWindow;
        var pageable = plan is { Mode: SearchMode.Hybrid, Fill: false } ? ranking.Ordered.Count : Math.Min(total, window);
        var cut = plan is { ScoresRelevance: true, Threshold: not null } && total == window;
        return new PageReach(
            total,
            pageable < total || cut ? TotalRelation.AtLeast : TotalRelation.Equal,
            pageable < total ? pageable : null
        );
    }

    private static TypoMatch Describe(WordCorrection correction) =>
        new(correction.Word, [.. correction.Candidates.Select(candidate => candidate.Written)]);

    private static FusionOutcome? Describe(FusionRule? rule) =>
        rule is null
            ? null
            : new FusionOutcome(rule.Mode, rule.Weights, rule.Source)
            {
                RankConstant = rule.Mode == FusionMode.Rrf ? rule.RankConstant : null,
            };

    private static SearchTimings Timings(RankedCandidates ranking, long start)
    {
        var (legs, dense) = (ranking.Retrieved.Legs, ranking.Retrieved.Dense);
        var total = SearchTimings.OfTotal(Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds)) with
        {
            Embed = Round(dense?.EmbedTime ?? 0),
            EmbedCached = dense?.Query?.Cached ?? false,
            Fusion = Round(ranking.FusionTime),
        };
        return total.WithLegs(leg =>
            Round(leg == SearchLeg.Rerank ? ranking.RerankTime : legs.FirstOrDefault(result => result.Leg == leg)?.Time ?? 0)
        );
    }

    private static double Round(double milliseconds) => Math.Round(milliseconds, 3);

    private async Task<string?> KeepAsync(
        CollectionRecord collection,
        SearchPlan plan,
        RankedCandidates ranking,
        PageReach? reach,
        CancellationToken cancellationToken
    )
    {
        if (!plan.Pages || ranking.Ordered.Count <= plan.Limit)
        {
            return null;
        }

        var kept = new KeptSearch(
            plan.Query,
            plan.Mode,
            plan.Shape.Fields,
            plan.Shape.Highlight,
            ranking.Rerank,
            ranking.Degraded,
            reach,
            plan.Syntax.Typing
        );
        var id = await cursors.KeepAsync(collection, kept, ranking.Ordered, cancellationToken);
        return new Cursor(id, plan.Limit, plan.Limit).ToString();
    }
}
