using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>A ranking with its details.</summary>
/// <param name="Ordered">The candidates, best first.</param>
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

/// <summary>Fuses the legs' scores and reranks the best candidates.</summary>
internal sealed class Ranker(PassageLoader loader, RerankStep reranker, FusionPlanner fusion)
{
    public async Task<RankedCandidates> RankAsync(
        CollectionRecord collection,
        SearchPlan plan,
        RetrievalResult found,
        CancellationToken cancellationToken
    )
    {
        var start = Stopwatch.GetTimestamp();
        var ordered = Order(plan, found);
        var fusionTime = Milliseconds(start);
        var reason = plan.Fusion?.Reason ?? "it was not requested";
        var degraded = plan.Fusion?.Missing is { } missing ? [.. found.Degraded, missing] : found.Degraded;
        var ranking = new RankedCandidates(found, ordered, new RerankOutcome(false, reason, 0), degraded, fusionTime, 0)
        {
            Rule = plan.Mode == SearchMode.Hybrid ? plan.Fusion!.Fused : null,
        };
        return plan.Fusion is { Reranks: true } ? await RerankAsync(collection, plan, ranking, cancellationToken) : ranking;
    }

    private static List<Candidate> Order(SearchPlan plan, RetrievalResult found) =>
        plan.Mode == SearchMode.Hybrid ? Fusion.Fuse(found.Pool, plan.Fusion!.Fused) : Fusion.AsFound(found.Pool, found.Legs.Single().Leg);

    private async Task<RankedCandidates> RerankAsync(
        CollectionRecord collection,
        SearchPlan plan,
        RankedCandidates ranking,
        CancellationToken cancellationToken
    )
    {
        var start = Stopwatch.GetTimestamp();
        var best = ranking.Ordered.Take(plan.Fusion!.RerankDepth).ToList();
        var passages = await loader.LoadAsync(collection, best, cancellationToken);
        // Documents deleted in the meantime drop out of the ranking.
        var ordered = ranking.Ordered.Where((candidate, i) => i >= best.Count || passages.ContainsKey(candidate.DocumentId)).ToList();
        best.RemoveAll(candidate => !passages.ContainsKey(candidate.DocumentId));
        var (outcome, model) = await reranker.ScoreAsync(
            plan.Syntax.Text,
            best,
            [.. best.Select(candidate => passages[candidate.DocumentId])],
            cancellationToken
        );
        var rule = outcome.Applied ? await fusion.RerankedAsync(plan, collection, model!, cancellationToken) : null;
        return ranking with
        {
            Ordered = rule is null ? ordered : Fusion.AddRerank(ordered, rule),
            Rule = rule ?? ranking.Rule,
            Rerank = outcome,
            Degraded =
                outcome.Applied || best.Count == 0 ? ranking.Degraded : [.. ranking.Degraded, $"reranking was skipped: {outcome.Reason}"],
            RerankTime = Milliseconds(start),
        };
    }

    private static double Milliseconds(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}
