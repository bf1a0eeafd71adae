using System.Diagnostics;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.Client.Search;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>
/// Reranks the best candidates. If the reranker is down, slow or wrong, the order stays and the outcome has the reason.
/// </summary>
internal sealed class RerankStep(
    IRerankClient client,
    RerankDepthEstimator rerankDepths,
    IOptions<SearchOptions> options,
    ILogger<RerankStep> log
)
{
    /// <summary>
    /// Scores each candidate by its best passage (MaxP, arXiv:1905.09217). On success every candidate has a rerank score and rank,
    /// and the
    /// result names the model.
    /// </summary>
    public async Task<(RerankOutcome Outcome, string? Model)> ScoreAsync(
        string query,
        IReadOnlyList<Candidate> candidates,
        IReadOnlyList<IReadOnlyList<string>> passages,
        CancellationToken cancellationToken
    )
    {
        if (candidates.Count == 0)
        {
            return (new RerankOutcome(false, "nothing was found", 0), null);
        }

        var (texts, owners) = (new List<string>(), new List<int>());
        for (var i = 0; i < passages.Count; i++)
        {
            texts.AddRange(passages[i]);
            owners.AddRange(Enumerable.Repeat(i, texts.Count - owners.Count));
        }

        using var span = SearchTelemetry.Source.StartActivity("search.rerank")?.SetTag("embedplatform.documents", candidates.Count);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Value.RerankTimeout);
        var start = Stopwatch.GetTimestamp();
        try
        {
            var answer = await client.RerankAsync(new RerankRequest(query, texts, ReturnDocuments: false, RawScores: true), timeout.Token);
            rerankDepths.Record(candidates.Count, Stopwatch.GetElapsedTime(start));
            return Take(candidates, owners, answer)
                ? (new RerankOutcome(true, null, candidates.Count), answer.Model)
                : NotApplied("RerankService returned scores that do not match the candidates");
        }
        catch (Exception failure)
            when (!cancellationToken.IsCancellationRequested
                && failure is PlatformException or HttpRequestException or TimeoutException or OperationCanceledException
            )
        {
            if (failure is not OperationCanceledException)
            {
                return NotApplied(failure.Message);
            }

            rerankDepths.Record(candidates.Count, Stopwatch.GetElapsedTime(start));
            return NotApplied("RerankService did not respond in time");
        }
    }

    private static bool Take(IReadOnlyList<Candidate> candidates, List<int> owners, RerankResponse answer)
    {
        var scores = new double?[owners.Count];
        foreach (var result in answer.Results)
        {
            if (result.Index < 0 || result.Index >= scores.Length || !double.IsFinite(result.Score))
            {
                return false;
            }

            scores[result.Index] = result.Score;
        }

        if (scores.Any(score => score is null))
        {
            return false;
        }

        for (var i = 0; i < scores.Length; i++)
        {
            var leg = candidates[owners[i]][SearchLeg.Rerank];
            leg.Score = Math.Max(leg.Score ?? double.NegativeInfinity, scores[i]!.Value);
        }

        var rank = 0;
        foreach (var candidate in candidates.OrderByDescending(candidate => candidate[SearchLeg.Rerank].Score))
        {
            candidate[SearchLeg.Rerank].Rank = ++rank;
        }

        return true;
    }

    private (RerankOutcome Outcome, string? Model) NotApplied(string reason)
    {
        log.LogWarning("The fused order is returned without reranking: {Reason}", reason);
        return (new RerankOutcome(false, reason, 0), null);
    }
}
