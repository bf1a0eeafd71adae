using System.Diagnostics;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary>Asks every judged query in one mode and measures the rankings.</summary>
/// <param name="search">The platform.</param>
/// <param name="collection">Where the corpus is indexed.</param>
/// <param name="limit">How many documents each search asks for, at least 100.</param>
/// <param name="concurrency">How many searches run side by side.</param>
/// <param name="ranking">How searches are ranked, where the platform is not to decide it.</param>
internal sealed class ModeEvaluator(ISearchClient search, string collection, int limit, int concurrency, RankingOptions? ranking = null)
{
    /// <summary>Measures one mode.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="queries">The judged queries.</param>
    /// <param name="asked">Told after each query.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<ModeResult> RunAsync(
        EvalMode mode,
        IReadOnlyList<JudgedQuery> queries,
        Action asked,
        CancellationToken cancellationToken
    )
    {
        var outcomes = new Outcome[queries.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, queries.Count),
            new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken },
            async (index, token) =>
            {
                outcomes[index] = await AskAsync(mode, queries[index], token);
                asked();
            }
        );

        var latencies = outcomes.Where(outcome => outcome.Problem is null).Select(outcome => outcome.Milliseconds).ToArray();
        return new ModeResult(
            mode.Name,
            Mean((ranking, judgements) => RankingMetrics.Ndcg(ranking, judgements, 10)),
            Mean((ranking, judgements) => RankingMetrics.ReciprocalRank(ranking, judgements, 10)),
            Mean((ranking, judgements) => RankingMetrics.Recall(ranking, judgements, 100)),
            RankingMetrics.Percentile(latencies, 0.50),
            RankingMetrics.Percentile(latencies, 0.95),
            outcomes.Count(outcome => outcome is { Problem: null, Cached: true }),
            outcomes.Count(outcome => outcome is { Problem: not null, Answered: false }),
            outcomes.Count(outcome => outcome is { Problem: not null, Answered: true }),
            outcomes.FirstOrDefault(outcome => outcome.Problem is not null).Problem
        )
        {
            Reranked = outcomes.Count(outcome => outcome is { Problem: null, Reranked: true }),
            Fusion = outcomes.FirstOrDefault(outcome => outcome is { Problem: null, Fusion: not null }).Fusion,
        };

        double Mean(Func<IReadOnlyList<string>, IReadOnlyDictionary<string, int>, double> metric) =>
            outcomes.Select((outcome, index) => outcome.Problem is null ? metric(outcome.Ranking, queries[index].Judgements) : 0).Average();
    }

    /// <summary>What an answer lacks of the mode it was asked in; null where nothing.</summary>
    public static string? FindDegradation(EvalMode mode, SearchResponse answer)
    {
        if (answer.Metadata.Degraded.Count > 0)
        {
            return string.Join("; ", answer.Metadata.Degraded);
        }

        // Nothing to rerank is no degradation.
        return mode.Rerank && !answer.Metadata.Rerank.Applied && answer.Results.Count > 0
            ? $"not reranked: {answer.Metadata.Rerank.Reason ?? "no reason given"}"
            : null;
    }

    private async Task<Outcome> AskAsync(EvalMode mode, JudgedQuery query, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var answer = await search.SearchAsync(collection, mode.Request(query.Text, limit, ranking), cancellationToken);
            var elapsed = watch.Elapsed.TotalMilliseconds;
            var problem = FindDegradation(mode, answer);
            return new Outcome(
                [.. answer.Results.Select(hit => hit.Id)],
                elapsed,
                answer.Metadata.Timings.EmbedCached,
                problem is null ? null : $"query {query.Id}: {problem}",
                Answered: true,
                answer.Metadata.Rerank.Applied,
                answer.Metadata.Fusion
            );
        }
        catch (Exception exception)
            when (exception is PlatformException or HttpRequestException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return new Outcome([], watch.Elapsed.TotalMilliseconds, false, $"query {query.Id}: {exception.Message}", Answered: false);
        }
    }

    private readonly record struct Outcome(
        IReadOnlyList<string> Ranking,
        double Milliseconds,
        bool Cached,
        string? Problem,
        bool Answered,
        bool Reranked = false,
        FusionOutcome? Fusion = null
    );
}
