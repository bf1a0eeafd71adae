using System.Diagnostics;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>Scores and orders the documents of one valid request.</summary>
internal sealed class Reranker(IModelPool<IRerankModel> pool, IOptions<RerankServiceOptions> options, TimeProvider clock)
{
    /// <exception cref="ModelNotServedException">The model that is asked for is not served.</exception>
    /// <exception cref="QueueFullException">There is no room; nothing of the request was taken.</exception>
    /// <exception cref="DeadlineExceededException">The deadline passed before all documents were scored.</exception>
    /// <exception cref="NoTokensException">A document and the query have nothing in them that the model can read.</exception>
    /// <exception cref="TextTooLongException">A document is too long, and is neither to be truncated nor cut into windows.</exception>
    public async Task<Ranking> RankAsync(RerankQuestion question, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var deadline = question.Deadline.Within(options.Value.Deadline, clock.GetUtcNow());
        return await pool.UseAsync(question.Model, deadline, clock, lease => RankAsync(lease, question, deadline, started, cancellationToken), cancellationToken);
    }

    private async Task<Ranking> RankAsync(
        ModelLease<IRerankModel> lease, RerankQuestion question, DateTimeOffset? deadline, long started, CancellationToken cancellationToken)
    {
        var work = new WorkOptions { Deadline = deadline, Lane = question.Lane, Truncation = question.Truncation, Timings = new WorkTimings() };
        var model = lease.Model;
        var (documents, usage) = question.Windows is { } rules
            ? await ByWindowsAsync(model, question, rules, work, cancellationToken)
            : await WholeAsync(model, question, work, cancellationToken);

        // By logit also where probabilities are returned: those of very good documents are equal to the last bit.
        IReadOnlyList<RankedDocument> best =
            [.. documents.OrderByDescending(document => document.Logit).ThenBy(document => document.Index).Take(question.TopN ?? documents.Length)];
        int[] truncated = [.. documents.Where(document => document.Truncated).Select(document => document.Index)];
        return new Ranking(best, model.Model, lease.FallbackReason, usage with { Elapsed = Stopwatch.GetElapsedTime(started) }, truncated);
    }

    private static async Task<(RankedDocument[] Documents, RerankUsage Usage)> WholeAsync(
        IRerankModel model, RerankQuestion question, WorkOptions work, CancellationToken cancellationToken)
    {
        var scores = await model.ScoreAsync(question.Query, question.Documents, work, cancellationToken);
        return ([.. scores.Select((score, i) => new RankedDocument(i, score.Logit, score.Truncated, Window: null))], Usage(scores, work));
    }

    private async Task<(RankedDocument[] Documents, RerankUsage Usage)> ByWindowsAsync(
        IRerankModel model, RerankQuestion question, WindowRules rules, WorkOptions work, CancellationToken cancellationToken)
    {
        var cutter = new DocumentWindows(model.Tokenizer, question.Query, model.Model.MaxTokens, options.Value.WindowOverlap, rules);
        var cut = new CutDocument[question.Documents.Count];
        var texts = new List<string>(cut.Length);
        for (var i = 0; i < cut.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (work.Deadline <= clock.GetUtcNow())
            {
                throw new DeadlineExceededException();
            }

            var document = question.Documents[i];
            cut[i] = cutter.Cut(document);
            texts.AddRange(cut[i].Windows.Select(window => document[window.Start..window.End]));
        }

        var scores = await ScoreAsync(model, question.Query, texts, cut, work, cancellationToken);
        var documents = new RankedDocument[cut.Length];
        for (var (i, first) = (0, 0); i < cut.Length; first += cut[i++].Windows.Count)
        {
            documents[i] = Best(i, cut[i], scores, first);
        }

        return (documents, Usage(scores, work));
    }

    private static async Task<IReadOnlyList<RerankScore>> ScoreAsync(
        IRerankModel model, string query, List<string> windows, CutDocument[] cut, WorkOptions work, CancellationToken cancellationToken)
    {
        try
        {
            return await model.ScoreAsync(query, windows, work, cancellationToken);
        }
        catch (NoTokensException nothing)
        {
            // The model counts windows, the caller documents.
            var (document, after) = (0, cut[0].Windows.Count);
            while (nothing.Index >= after)
            {
                after += cut[++document].Windows.Count;
            }

            throw new NoTokensException(document);
        }
    }

    // Equal windows: the first, as with documents.
    private static RankedDocument Best(int index, CutDocument cut, IReadOnlyList<RerankScore> scores, int first)
    {
        var (best, truncated) = (0, cut.Truncated);
        for (var i = 0; i < cut.Windows.Count; i++)
        {
            best = scores[first + i].Logit > scores[first + best].Logit ? i : best;
            truncated |= scores[first + i].Truncated;
        }

        var (start, end) = cut.Windows[best];
        return new RankedDocument(index, scores[first + best].Logit, truncated, new WinningWindow(cut.Windows.Count, best, start, end));
    }

    private static RerankUsage Usage(IReadOnlyList<RerankScore> scores, WorkOptions work) =>
        new(scores.Count, scores.Sum(score => (long)score.Tokens), TimeSpan.Zero, work.Timings!);
}
