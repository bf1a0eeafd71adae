using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Searching;

/// <summary>A ranking and how it came about.</summary>
/// <param name="Found">What the legs found.</param>
/// <param name="Ordered">The candidates, best first.</param>
/// <param name="Rerank">Whether the reranker was applied.</param>
/// <param name="Degraded">What was left out, in words.</param>
/// <param name="FusionTime">Milliseconds of fusing.</param>
/// <param name="RerankTime">Milliseconds of reranking.</param>
internal sealed record Ranking(
    Found Found, List<Candidate> Ordered, RerankOutcome Rerank, IReadOnlyList<string> Degraded,
    double FusionTime, double RerankTime);

/// <summary>Ranks: find, fuse, rerank.</summary>
internal sealed class Ranker(
    CandidateFinder finder, PassageLoader loader, RerankStep reranker, ModelWeights weights, IOptions<SearchOptions> options)
{
    /// <summary>Ranks a collection's documents.</summary>
    /// <exception cref="Failures.ApiException">503 where nothing can be searched.</exception>
    public async Task<Ranking> RankAsync(CollectionRow collection, SearchPlan plan, CancellationToken cancellationToken)
    {
        var found = await finder.FindAsync(collection, plan, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        var ordered = Order(plan, found, collection.Space.Model);
        var fusionTime = Milliseconds(start);
        var ranking = new Ranking(found, ordered, new RerankOutcome(false, "it was not asked for", 0), found.Degraded, fusionTime, 0);
        return plan.Rerank switch
        {
            RerankMode.Never => ranking,
            RerankMode.Auto when Certainty.IsCertain(ordered, options.Value.CertainLead) =>
                ranking with { Rerank = new RerankOutcome(false, "the fused ranking is certain", 0) },
            _ => await RerankAsync(plan, ranking, cancellationToken),
        };
    }

    private List<Candidate> Order(SearchPlan plan, Found found, string model)
    {
        var ordered = plan.Mode switch
        {
            SearchMode.Lexical => Fusion.Single(found.Pool, candidate => candidate.Lexical),
            SearchMode.Dense => Fusion.AsFound(found.Pool, candidate => candidate.Dense),
            _ => Fusion.Fuse(found.Pool, weights.Fused(plan, model)),
        };
        return ordered;
    }

    private async Task<Ranking> RerankAsync(SearchPlan plan, Ranking ranking, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var best = ranking.Ordered.Take(plan.RerankDepth).ToList();
        var passages = await loader.LoadAsync(best, cancellationToken);
        // What was deleted meanwhile is no part of the ranking.
        var ordered = ranking.Ordered.Where((candidate, i) => i >= best.Count || passages.ContainsKey(candidate.DocumentId)).ToList();
        best.RemoveAll(candidate => !passages.ContainsKey(candidate.DocumentId));
        var (outcome, model) = await reranker.ScoreAsync(
            plan.Text, best, [.. best.Select(candidate => passages[candidate.DocumentId])], cancellationToken);
        return ranking with
        {
            Ordered = outcome.Applied ? Fusion.AddRerank(ordered, weights.Reranked(plan, model)) : ordered,
            Rerank = outcome,
            Degraded = outcome.Applied || best.Count == 0 ? ranking.Degraded : [.. ranking.Degraded, $"reranking was left out: {outcome.Reason}"],
            RerankTime = Milliseconds(start),
        };
    }

    private static double Milliseconds(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}
