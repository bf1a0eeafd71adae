using System.Diagnostics;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>Scores and orders the documents of one valid request.</summary>
internal sealed class Reranker(IModelPool<IRerankModel> pool, IOptions<RerankServiceOptions> options, TimeProvider clock)
{
    public async Task<RerankAnswer> RerankAsync(RerankBody body, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        string[] documents = [.. body.Documents!.Select(document => document!)];
        var deadline = Deadline();
        var (scores, model) = await pool.UseAsync(
            null,
            async lease => (await lease.Model.ScoreAsync(body.Query!, documents, new WorkOptions { Deadline = deadline }, cancellationToken), lease.Model.Model.Id),
            cancellationToken);

        // By logit also where probabilities are returned: those of very good documents are equal to the last bit.
        ScoredDocument[] results =
        [
            .. scores
                .Select((score, index) => (Score: score, Index: index))
                .OrderByDescending(scored => scored.Score.Logit)
                .ThenBy(scored => scored.Index)
                .Take(body.TopN ?? documents.Length)
                .Select(scored => new ScoredDocument(
                    scored.Index,
                    body.RawScores == true ? scored.Score.Logit : scored.Score.Probability,
                    body.ReturnDocuments == false ? null : documents[scored.Index],
                    scored.Score.Truncated)),
        ];
        return new RerankAnswer(
            results, results.Length, Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 3), model);
    }

    private DateTimeOffset? Deadline() =>
        options.Value.DeadlineSeconds > 0 ? clock.GetUtcNow().AddSeconds(options.Value.DeadlineSeconds) : null;
}
