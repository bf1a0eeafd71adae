using EmbedPlatform.Client;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.Client.Search;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>The outcome of reranking.</summary>
/// <param name="Model">The model; null if no candidate was scored.</param>
/// <param name="Degraded">The step that was left out, in words; null if none was.</param>
internal sealed record RerankResult(RerankOutcome Outcome, string? Model, string? Degraded);

/// <summary>
/// Reranks the best candidates. If the reranker is down, slow or wrong, the order stays and the outcome has the reason.
/// </summary>
internal sealed class RerankStep(IRerankClient client, IOptions<SearchOptions> options, ILogger<RerankStep> log)
{
    private const int MinCandidates = 10;

    /// <summary>The length of a query that costs nothing extra, in characters.</summary>
    private const int UsualQueryLength = 200;

    /// <summary>The number of candidates per call if the request has a time limit.</summary>
    private const int Block = 20;

    /// <summary>
    /// Scores each candidate by its best passage (MaxP, arXiv:1905.09217). On success every scored candidate has a rerank score and rank,
    /// and the result names the model.
    /// </summary>
    /// <param name="depth">The requested number of candidates.</param>
    /// <param name="timeout">The time after which no further candidates are scored; null for no limit.</param>
    public async Task<RerankResult> ScoreAsync(
        string query,
        IReadOnlyList<Candidate> candidates,
        IReadOnlyList<IReadOnlyList<string>> passages,
        int depth,
        TimeSpan? timeout,
        CancellationToken cancellationToken
    )
    {
        if (candidates.Count == 0)
        {
            return new RerankResult(new RerankOutcome(false, "nothing was found", depth, 0), null, null);
        }

        using var span = SearchTelemetry.Source.StartActivity("search.rerank")?.SetTag("embedplatform.documents", candidates.Count);
        var affordable = Affordable(query, passages);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout < options.Value.RerankTimeout ? Max(timeout.Value) : options.Value.RerankTimeout);
        var (done, model) = (0, (string?)null);
        try
        {
            while (done < affordable)
            {
                var next = timeout is null ? affordable : Math.Min(affordable, done + Block);
                model = await ScoreAsync(query, candidates, passages, done..next, limit.Token);
                done = next;
            }
        }
        catch (Exception failure)
            when (!cancellationToken.IsCancellationRequested
                && failure is PlatformException or HttpRequestException or TimeoutException or OperationCanceledException
            )
        {
            var reason =
                failure is not OperationCanceledException ? failure.Message
                : timeout < options.Value.RerankTimeout ? "timeout_ms has passed"
                : "RerankService did not respond in time";
            log.LogWarning("Reranking ended after {Done} of {Asked} documents: {Reason}", done, affordable, reason);
            return done == 0
                ? new RerankResult(new RerankOutcome(false, reason, depth, 0), null, $"reranking was skipped: {reason}")
                : new RerankResult(Applied(candidates, depth, done, reason), model, $"reranking ended after {done} documents: {reason}");
        }

        return new RerankResult(Applied(candidates, depth, done, Reason(done, candidates.Count, depth)), model, null);
    }

    /// <summary>The number of candidates whose texts are together no longer than all would be with a query of usual length.</summary>
    private static int Affordable(string query, IReadOnlyList<IReadOnlyList<string>> passages)
    {
        var left = passages.Sum(of => Length(of, UsualQueryLength));
        for (var i = 0; i < passages.Count; i++)
        {
            left -= Length(passages[i], Math.Max(UsualQueryLength, query.Length));
            if (left < 0 && i >= MinCandidates)
            {
                return i;
            }
        }

        return passages.Count;

        static long Length(IReadOnlyList<string> passages, int query) => passages.Sum(passage => (long)query + passage.Length);
    }

    private static string? Reason(int done, int candidates, int depth) =>
        done < candidates ? "the query is long"
        : done < depth ? "there are no more candidates"
        : null;

    private static TimeSpan Max(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private static RerankOutcome Applied(IReadOnlyList<Candidate> candidates, int depth, int done, string? reason)
    {
        var rank = 0;
        foreach (var candidate in candidates.Take(done).OrderByDescending(candidate => candidate[SearchLeg.Rerank].Score))
        {
            candidate[SearchLeg.Rerank].Rank = ++rank;
        }

        return new RerankOutcome(true, reason, depth, done);
    }

    private async Task<string?> ScoreAsync(
        string query,
        IReadOnlyList<Candidate> candidates,
        IReadOnlyList<IReadOnlyList<string>> passages,
        Range part,
        CancellationToken cancellationToken
    )
    {
        var (texts, owners) = (new List<string>(), new List<int>());
        for (var i = part.Start.Value; i < part.End.Value; i++)
        {
            texts.AddRange(passages[i]);
            owners.AddRange(Enumerable.Repeat(i, texts.Count - owners.Count));
        }

        var answer = await client.RerankAsync(new RerankRequest(query, texts, ReturnDocuments: false, RawScores: true), cancellationToken);
        var scores = new double?[owners.Count];
        foreach (var result in answer.Results)
        {
            if (result.Index >= 0 && result.Index < scores.Length && double.IsFinite(result.Score))
            {
                scores[result.Index] = result.Score;
            }
        }

        if (answer.Results.Count != scores.Length || scores.Any(score => score is null))
        {
            throw new PlatformException("RerankService returned scores that do not match the candidates");
        }

        for (var i = 0; i < scores.Length; i++)
        {
            var leg = candidates[owners[i]][SearchLeg.Rerank];
            leg.Score = Math.Max(leg.Score ?? double.NegativeInfinity, scores[i]!.Value);
        }

        return answer.Model;
    }
}
