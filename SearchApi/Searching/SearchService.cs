using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Searching;

/// <summary>Answers a search: find, fuse, rerank, explain.</summary>
internal sealed class SearchService(
    CollectionService collections, CandidateFinder finder, HitLoader loader, RerankStep reranker, IOptions<SearchOptions> options)
{
    /// <summary>Searches a collection.</summary>
    /// <exception cref="Failures.ApiException">400 for a wrong request, 404 without the collection, 503 where nothing can be searched.</exception>
    public async Task<SearchResponse> SearchAsync(string name, SearchRequest? request, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var plan = SearchPlan.From(request, options.Value);
        var collection = await collections.RequireAsync(name, cancellationToken);
        var found = await finder.FindAsync(collection, plan, cancellationToken);

        var fusing = Stopwatch.GetTimestamp();
        var ordered = Order(plan, found);
        var shown = ordered.Take(plan.Rerank == RerankMode.Always ? Math.Max(plan.RerankDepth, plan.Limit) : plan.Limit).ToList();
        var contents = await loader.LoadAsync(collection, found.Lexical, shown, cancellationToken);
        shown.RemoveAll(candidate => !contents.ContainsKey(candidate.DocumentId));
        var fusionTime = Milliseconds(fusing);

        var reranking = Stopwatch.GetTimestamp();
        var outcome = await RerankAsync(plan, shown, contents, cancellationToken);
        if (outcome.Applied)
        {
            // What is not shown is still a part of the order.
            var rest = ordered.Where(candidate => contents.ContainsKey(candidate.DocumentId) || !shown.Contains(candidate));
            shown = Fusion.AddRerank([.. rest], options.Value.Reranked);
        }

        var rerankTime = plan.Rerank == RerankMode.Always ? Milliseconds(reranking) : 0;
        var hits = shown.Where(candidate => contents.ContainsKey(candidate.DocumentId))
            .Take(plan.Limit).Select(candidate => ToHit(candidate, contents[candidate.DocumentId])).ToList();
        return new SearchResponse(hits, new SearchMetadata(
            hits.Count, plan.Mode, outcome, Degraded(plan, found, outcome),
            new SearchTimings(
                Round(found.Timings.Embed), found.Timings.Cached, Round(found.Timings.Lexical), Round(found.Timings.Dense),
                Round(fusionTime), Round(rerankTime), Round(Milliseconds(start)))));
    }

    private List<Candidate> Order(SearchPlan plan, Found found) => plan.Mode switch
    {
        SearchMode.Lexical => Fusion.Single(found.Pool, candidate => candidate.Lexical),
        SearchMode.Dense => Fusion.Single(found.Pool, candidate => candidate.Dense),
        _ => Fusion.Fuse(found.Pool, options.Value.Fused),
    };

    private async Task<RerankOutcome> RerankAsync(
        SearchPlan plan, List<Candidate> shown, Dictionary<long, HitContent> contents, CancellationToken cancellationToken)
    {
        if (plan.Rerank == RerankMode.Never)
        {
            return new RerankOutcome(false, "it was not asked for", 0);
        }

        var best = shown.Take(plan.RerankDepth).ToList();
        var passages = best.Select(candidate => Passage(contents[candidate.DocumentId])).ToList();
        return await reranker.ScoreAsync(plan.Query, best, passages, cancellationToken);
    }

    private static string Passage(HitContent content) => content.Title is null ? content.Text : $"{content.Title}\n{content.Text}";

    private static List<string> Degraded(SearchPlan plan, Found found, RerankOutcome outcome)
    {
        List<string> degraded = [.. found.Degraded];
        if (plan.Rerank == RerankMode.Always && !outcome.Applied && found.Pool.Count > 0)
        {
            degraded.Add($"reranking was left out: {outcome.Reason}");
        }

        return degraded;
    }

    private static SearchHit ToHit(Candidate candidate, HitContent content) => new(
        content.Id, candidate.Score, content.Title, content.Text, content.Metadata,
        new HitExplanation(Explain(candidate.Lexical), Explain(candidate.Dense), Explain(candidate.Rerank)));

    private static LegScore? Explain(Leg leg) => leg.Score is { } score ? new LegScore(leg.Rank, score, leg.Contribution) : null;

    private static double Milliseconds(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;

    private static double Round(double milliseconds) => Math.Round(milliseconds, 3);
}
