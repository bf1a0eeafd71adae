using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Hits;
using EmbedPlatform.SearchApi.Search.Paging;
using EmbedPlatform.SearchApi.Search.Ranking;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Runs a planned search: ranks, counts, cuts the page.</summary>
internal sealed class SearchExecutor(Ranker ranker, MatchedSet matched, HitFactory hits, ChunkGroups groups, CursorStore cursors)
{
    /// <summary>The response to a plan.</summary>
    /// <exception cref="Failures.ApiException">503 where nothing can be searched.</exception>
    public async Task<SearchResponse> ExecuteAsync(CollectionRow collection, SearchPlan plan, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var ranking = await ranker.RankAsync(collection, plan, cancellationToken);
        var counts = plan.Counts ? await matched.CountAsync(collection, plan, ranking.Retrieved, cancellationToken) : null;
        var page = ranking.Ordered.Skip(plan.Offset).Take(plan.Limit).ToList();
        var results = await hits.MakeAsync(collection, plan.Query, ranking.Retrieved.Lexical, plan.Shape, page, cancellationToken);
        results =
            plan.Chunks > 0 && results.Count > 0
                ? await groups.AddAsync(collection, plan, ranking.Retrieved, results, cancellationToken)
                : results;
        return new SearchResponse(
            results,
            new SearchMetadata(results.Count, plan.Mode, ranking.Rerank, ranking.Degraded, Timings(ranking, start))
            {
                Fusion = Describe(ranking),
                Total = plan.Total ? counts?.Total : null,
                Next = await KeepAsync(collection, plan, ranking, counts, cancellationToken),
            }
        )
        {
            Facets = plan.Facets.Count > 0 ? counts?.Facets : null,
        };
    }

    private static FusionOutcome? Describe(RankedCandidates ranking) =>
        ranking.Rule is not { } rule
            ? null
            : new FusionOutcome(
                rule.Mode,
                new LegWeights
                {
                    Lexical = rule.Weights.Lexical,
                    Dense = rule.Weights.Dense,
                    Rerank = ranking.Rerank.Applied ? rule.Weights.Rerank : null,
                },
                rule.Source
            )
            {
                RankConstant = rule.Mode == FusionMode.Rrf ? rule.RankConstant : null,
            };

    private static SearchTimings Timings(RankedCandidates ranking, long start)
    {
        var legs = ranking.Retrieved.Timings;
        return new SearchTimings(
            Round(legs.Embed),
            legs.Cached,
            Round(legs.Lexical),
            Round(legs.Dense),
            Round(ranking.FusionTime),
            Round(ranking.RerankTime),
            Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds)
        );
    }

    private static double Round(double milliseconds) => Math.Round(milliseconds, 3);

    private async Task<string?> KeepAsync(
        CollectionRow collection,
        SearchPlan plan,
        RankedCandidates ranking,
        MatchCounts? counts,
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
            plan.Total ? counts?.Total : null
        );
        var id = await cursors.KeepAsync(collection, kept, ranking.Ordered, cancellationToken);
        return new Cursor(id, plan.Limit, plan.Limit).ToString();
    }
}
