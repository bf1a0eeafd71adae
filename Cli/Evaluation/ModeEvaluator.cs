using System.Diagnostics;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary>Searches every judged query in one mode and computes the metrics.</summary>
/// <param name="search">The platform.</param>
/// <param name="collection">The collection with the corpus.</param>
/// <param name="limit">Documents per search, at least 100.</param>
/// <param name="concurrency">Concurrent searches.</param>
/// <param name="ranking">Ranking options that override the platform's.</param>
internal sealed class ModeEvaluator(ISearchClient search, string collection, int limit, int concurrency, RankingOptions? ranking = null)
{
    /// <summary>Measures one mode.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="queries">The judged queries.</param>
    /// <param name="completed">Called after each query.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<ModeResult> RunAsync(
        EvalMode mode,
        IReadOnlyList<JudgedQuery> queries,
        Action completed,
        CancellationToken cancellationToken
    )
    {
        var outcomes = new Outcome[queries.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, queries.Count),
            new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken },
            async (index, token) =>
            {
                outcomes[index] = await SearchAsync(mode, queries[index], token);
                completed();
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

    /// <summary>The part of the mode that an answer lacks; null if it is complete.</summary>
    public static string? FindDegradation(EvalMode mode, SearchResponse answer)
    {
        if (answer.Metadata.Degraded.Count > 0)
        {
            return string.Join("; ", answer.Metadata.Degraded);
        }

        // An empty result is not a degradation.
        return mode.Rerank && !answer.Metadata.Rerank.Applied && answer.Results.Count > 0
            ? $"not reranked: {answer.Metadata.Rerank.Reason ?? "no reason given"}"
            : null;
    }

    private async Task<Outcome> SearchAsync(EvalMode mode, JudgedQuery query, CancellationToken cancellationToken)
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
