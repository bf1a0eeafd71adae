using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>A ranking with its details.</summary>
/// <param name="Retrieved">The fused candidates and the legs.</param>
/// <param name="Ordered">The candidates, best first, followed by the documents beyond them as far as the search needs them.</param>
/// <param name="Degraded">The steps that were skipped, in words.</param>
/// <param name="FusionTime">The time of fusing, in milliseconds.</param>
/// <param name="RerankTime">The time of reranking, in milliseconds.</param>
internal sealed record RankedCandidates(
    RetrievalResult Retrieved,
    List<Candidate> Ordered,
    RerankOutcome Rerank,
    IReadOnlyList<string> Degraded,
    double FusionTime,
    double RerankTime
)
{
    /// <summary>The fusion rule; null for a single leg.</summary>
    public FusionRule? Rule { get; init; }
}

/// <summary>
/// Fuses the legs' scores and reranks the best candidates. Documents beyond the candidates follow in tiers of fixed depth, so that the
/// order of the first documents does not depend on how many are returned.
/// </summary>
internal sealed class Ranker(
    HybridRetriever retriever,
    PassageLoader loader,
    RerankStep reranker,
    FusionPlanner fusion,
    IOptions<SearchOptions> options
)
{
    private const int FirstTier = 1_000;

    /// <param name="start">The timestamp at which the search began.</param>
    /// <exception cref="Failures.ApiException">503: the only leg of the search failed.</exception>
    public async Task<RankedCandidates> RankAsync(
        CollectionRecord collection,
        SearchPlan plan,
        long start,
        CancellationToken cancellationToken
    )
    {
        var found = await retriever.RetrieveAsync(collection, plan, cancellationToken);
        var fusing = Stopwatch.GetTimestamp();
        var ordered = Order(plan, found);
        var fusionTime = Milliseconds(fusing);
        var reason = plan.Fusion?.Reason ?? "it was not requested";
        var ranking = new RankedCandidates(found, ordered, new RerankOutcome(false, reason, 0, 0), Degraded(plan, found), fusionTime, 0)
        {
            Rule = plan.Mode == SearchMode.Hybrid ? plan.Fusion!.Fused : null,
        };
        ranking = plan.Fusion is { Reranks: true } ? await RerankAsync(collection, plan, ranking, start, cancellationToken) : ranking;
        if (plan is { Mode: SearchMode.Hybrid, Fill: true })
        {
            await ContinueAsync(plan, ranking, cancellationToken);
        }

        if (plan.ScoresRelevance)
        {
            Relevance.Score(ranking.Ordered, found.Legs, (ranking.Rule ?? plan.Fusion!.Fused).Weights);
        }

        return plan.ScoresRelevance && plan.Threshold is { } threshold
            ? ranking with
            {
                Ordered = [.. ranking.Ordered.TakeWhile(candidate => candidate.Score >= threshold)],
            }
            : ranking;
    }

    private static IReadOnlyList<string> Degraded(SearchPlan plan, RetrievalResult found)
    {
        var words = found.Degraded.ToList();
        if (plan.Fusion?.Missing is { } missing)
        {
            words.Add(missing);
        }

        if (plan is { Mode: SearchMode.Hybrid, Fusion.WeightsUnknown: true } && found.Dense?.Query is not null)
        {
            words.Add("fusion used equal weights: EmbedService did not report its models");
        }

        return words;
    }

    private static List<Candidate> Order(SearchPlan plan, RetrievalResult found) =>
        plan.Mode == SearchMode.Hybrid ? Fusion.Fuse(found.Pool, plan.Fusion!.Fused) : Fusion.AsFound(found.Pool, found.Legs.Single().Leg);

    private async Task ContinueAsync(SearchPlan plan, RankedCandidates ranking, CancellationToken cancellationToken)
    {
        var window = options.Value.PageWindow;
        var wanted = plan.NeedsWholeRanking ? window : Math.Min(window, plan.Offset + plan.Limit);
        var found = ranking.Retrieved;
        foreach (var depth in new[] { FirstTier, window }.Where(depth => depth > plan.LegDepth))
        {
            if (ranking.Ordered.Count >= wanted)
            {
                break;
            }

            var known = ranking.Ordered.Select(candidate => candidate.DocumentId).ToHashSet();
            if (await retriever.DeepenAsync(found, depth, known, cancellationToken) is not { } deeper)
            {
                break;
            }

            ranking.Ordered.AddRange(Fusion.Fuse(deeper.Pool, plan.Fusion!.Fused));
            found = deeper;
        }

        if (ranking.Ordered.Count > window)
        {
            ranking.Ordered.RemoveRange(window, ranking.Ordered.Count - window);
        }
    }

    private async Task<RankedCandidates> RerankAsync(
        CollectionRecord collection,
        SearchPlan plan,
        RankedCandidates ranking,
        long start,
        CancellationToken cancellationToken
    )
    {
        var reranking = Stopwatch.GetTimestamp();
        var best = ranking.Ordered.Take(plan.Fusion!.RerankDepth).ToList();
        var passages = await loader.LoadAsync(collection, best, cancellationToken);
        // Documents deleted in the meantime drop out of the ranking.
        var ordered = ranking.Ordered.Where((candidate, i) => i >= best.Count || passages.ContainsKey(candidate.DocumentId)).ToList();
        best.RemoveAll(candidate => !passages.ContainsKey(candidate.DocumentId));
        var (outcome, model, skipped) = await reranker.ScoreAsync(
            plan.Syntax.Text,
            best,
            [.. best.Select(candidate => passages[candidate.DocumentId])],
            plan.Fusion.RerankDepth,
            plan.Timeout - Stopwatch.GetElapsedTime(start),
            cancellationToken
        );
        var rule = outcome.Applied ? await fusion.RerankedAsync(plan, collection, model!, cancellationToken) : null;
        return ranking with
        {
            Ordered = rule is null ? ordered : Fusion.AddRerank(ordered, rule),
            Rule = rule ?? ranking.Rule,
            Rerank = outcome,
            Degraded = skipped is null ? ranking.Degraded : [.. ranking.Degraded, skipped],
            RerankTime = Milliseconds(reranking),
        };
    }

    private static double Milliseconds(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}
