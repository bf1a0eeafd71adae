using System.Diagnostics;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>Scores and sorts the documents of one valid request.</summary>
internal sealed class Reranker(IModelPool<IRerankModel> pool, IOptions<RerankServiceOptions> options, TimeProvider clock)
{
    /// <exception cref="ModelNotServedException">No model is served under this name.</exception>
    /// <exception cref="QueueFullException">There is no room; nothing was admitted.</exception>
    /// <exception cref="DeadlineExceededException">The deadline passed before every document was scored.</exception>
    /// <exception cref="NoTokensException">A document and the query contain no text that the model can tokenize.</exception>
    /// <exception cref="TextTooLongException">A document is too long, and neither truncation nor windows were requested.</exception>
    public async Task<RerankResult> RankAsync(RerankRequest request, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var deadline = request.Deadline.Within(options.Value.Deadline, clock.GetUtcNow());
        return await pool.UseAsync(
            request.Model,
            deadline,
            clock,
            lease => RankAsync(lease, request, deadline, started, cancellationToken),
            cancellationToken
        );
    }

    private async Task<RerankResult> RankAsync(
        ModelLease<IRerankModel> lease,
        RerankRequest request,
        DateTimeOffset? deadline,
        long started,
        CancellationToken cancellationToken
    )
    {
        var work = new RequestOptions
        {
            Deadline = deadline,
            Lane = request.Lane,
            Truncation = request.Truncation,
            Timings = new RequestTimings(),
        };
        var model = lease.Model;
        var (documents, usage) = request.Windows is { } windows
            ? await ByWindowsAsync(model, request, windows, work, cancellationToken)
            : await TruncatedAsync(model, request, work, cancellationToken);

        // By logit even if probabilities are returned: those of very good documents are equal to the last bit.
        IReadOnlyList<RankedDocument> best =
        [
            .. documents
                .OrderByDescending(document => document.Logit)
                .ThenBy(document => document.Index)
                .Take(request.TopN ?? documents.Length),
        ];
        int[] truncated = [.. documents.Where(document => document.Truncated).Select(document => document.Index)];
        return new RerankResult(
            best,
            model.Model,
            lease.FallbackReason,
            usage with
            {
                Elapsed = Stopwatch.GetElapsedTime(started),
            },
            truncated
        );
    }

    private static async Task<(RankedDocument[] Documents, RerankUsage Usage)> TruncatedAsync(
        IRerankModel model,
        RerankRequest request,
        RequestOptions work,
        CancellationToken cancellationToken
    )
    {
        var scores = await model.ScoreAsync(request.Query, request.Documents, work, cancellationToken);
        return ([.. scores.Select((score, i) => new RankedDocument(i, score.Logit, score.Truncated, Window: null))], Usage(scores, work));
    }

    private async Task<(RankedDocument[] Documents, RerankUsage Usage)> ByWindowsAsync(
        IRerankModel model,
        RerankRequest request,
        WindowOptions windows,
        RequestOptions work,
        CancellationToken cancellationToken
    )
    {
        var splitter = new WindowSplitter(model.Tokenizer, request.Query, model.Model.MaxTokens, options.Value.WindowOverlap, windows);
        var cut = new SplitDocument[request.Documents.Count];
        var texts = new List<string>(cut.Length);
        for (var i = 0; i < cut.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (work.Deadline <= clock.GetUtcNow())
            {
                throw new DeadlineExceededException();
            }

            var document = request.Documents[i];
            cut[i] = splitter.Split(document);
            texts.AddRange(cut[i].Windows.Select(window => document[window.Start..window.End]));
        }

        var scores = await ScoreAsync(model, request.Query, texts, cut, work, cancellationToken);
        var documents = new RankedDocument[cut.Length];
        for (var (i, first) = (0, 0); i < cut.Length; first += cut[i++].Windows.Count)
        {
            documents[i] = Best(i, cut[i], scores, first);
        }

        return (documents, Usage(scores, work));
    }

    private static async Task<IReadOnlyList<RerankScore>> ScoreAsync(
        IRerankModel model,
        string query,
        List<string> texts,
        SplitDocument[] cut,
        RequestOptions work,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await model.ScoreAsync(query, texts, work, cancellationToken);
        }
        catch (NoTokensException empty)
        {
            // The index is a window's; the caller needs the document's.
            var (document, after) = (0, cut[0].Windows.Count);
            while (empty.Index >= after)
            {
                after += cut[++document].Windows.Count;
            }

            throw new NoTokensException(document);
        }
    }

    // The first of equal windows, as with documents.
    private static RankedDocument Best(int index, SplitDocument cut, IReadOnlyList<RerankScore> scores, int first)
    {
        var (best, truncated) = (0, cut.Truncated);
        for (var i = 0; i < cut.Windows.Count; i++)
        {
            best = scores[first + i].Logit > scores[first + best].Logit ? i : best;
            truncated |= scores[first + i].Truncated;
        }

        var (start, end) = cut.Windows[best];
        return new RankedDocument(index, scores[first + best].Logit, truncated, new BestWindow(cut.Windows.Count, best, start, end));
    }

    private static RerankUsage Usage(IReadOnlyList<RerankScore> scores, RequestOptions work) =>
        new(scores.Count, scores.Sum(score => (long)score.Tokens), TimeSpan.Zero, work.Timings!);
}
