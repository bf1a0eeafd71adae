using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tuning;

/// <summary>Searches once per query for the whole pool of candidates, with each leg's score of them.</summary>
/// <param name="search">The platform.</param>
/// <param name="collection">Where the corpus is indexed.</param>
/// <param name="terminal">Where progress goes.</param>
internal sealed class PoolScorer(ISearchClient search, string collection, Terminal terminal)
{
    private const int WholePool = 1_000;
    private const int Attempts = 3;
    private const int QueriesPerLine = 100;
    private const double Rounding = 1e-6;

    /// <summary>The rule by which a search of the collection ranks that says nothing of it.</summary>
    /// <exception cref="CommandException">The platform answers in part only.</exception>
    public async Task<RankingRule> CurrentAsync(JudgedQuery query, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(
            query,
            new SearchRequest
            {
                Query = query.Text,
                Limit = WholePool,
                Fill = false,
                Fields = [],
                Cache = false,
            },
            cancellationToken
        );
        var fusion =
            answer.Metadata.Fusion ?? throw new CommandException("the platform does not say how it fuses; it is of an earlier version");
        var rerank = answer.Metadata.Rerank;
        return new RankingRule(
            fusion.Method,
            fusion.Weights.Lexical ?? 1,
            fusion.Weights.Dense ?? 1,
            rerank.Applied ? fusion.Weights.Rerank : null,
            rerank.Applied && rerank.Candidates < answer.Results.Count ? rerank.Candidates : null
        );
    }

    /// <summary>The scored pools, in the order of the queries.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="rerank">Whether the reranker scores them too.</param>
    /// <param name="concurrency">How many searches run side by side.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="CommandException">An answer lacks a part, or the platform ranks otherwise than is computed here.</exception>
    public async Task<IReadOnlyList<ScoredQuery>> ScoreAsync(
        IReadOnlyList<JudgedQuery> queries,
        bool rerank,
        int concurrency,
        CancellationToken cancellationToken
    )
    {
        var scored = new ScoredQuery[queries.Count];
        var done = 0;
        await Parallel.ForAsync(
            0,
            queries.Count,
            new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                scored[i] = await ScoreAsync(queries[i], rerank, token);
                var now = Interlocked.Increment(ref done);
                if (now % QueriesPerLine == 0 || now == queries.Count)
                {
                    terminal.Say($"  scored {now:N0} of {queries.Count:N0} queries");
                }
            }
        );
        return scored;
    }

    private async Task<ScoredQuery> ScoreAsync(JudgedQuery query, bool rerank, CancellationToken cancellationToken)
    {
        var request = new SearchRequest
        {
            Query = query.Text,
            Limit = WholePool,
            Fill = false,
            Rerank = rerank ? RerankMode.Always : RerankMode.Never,
            RerankDepth = rerank ? WholePool : null,
            // Ranks are given in any case; constants of reciprocal ranks only where they are used.
            Fields = [],
            Cache = false,
        };
        var answer = await AskAsync(query, request, cancellationToken);
        var fusion =
            answer.Metadata.Fusion ?? throw new CommandException("the platform does not say how it fuses; it is of an earlier version");
        var scored = new ScoredQuery(query, answer.Results) { RankConstant = fusion.RankConstant ?? 60 };
        var rule = new RankingRule(
            fusion.Method,
            fusion.Weights.Lexical ?? 1,
            fusion.Weights.Dense ?? 1,
            rerank ? fusion.Weights.Rerank : null
        );
        var computed = scored.Score(rule);
        for (var i = 0; i < computed.Length; i++)
        {
            if (!(Math.Abs(computed[i] - answer.Results[i].Score) <= Rounding * Math.Max(1, Math.Abs(computed[i]))))
            {
                throw new CommandException(
                    $"query {query.Id}: the platform gives document {answer.Results[i].Id} the score {answer.Results[i].Score:F6}, computed here it is {computed[i]:F6}: "
                        + "nothing can be tuned, since the platform fuses otherwise than this version of embedctl"
                );
            }
        }

        return scored;
    }

    private async Task<SearchResponse> AskAsync(JudgedQuery query, SearchRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            string problem;
            try
            {
                var answer = await search.SearchAsync(collection, request, cancellationToken);
                if (answer.Metadata.Degraded.Count == 0)
                {
                    return answer;
                }

                problem = string.Join("; ", answer.Metadata.Degraded);
            }
            catch (PlatformException failure) when (failure.IsTransient && attempt < Attempts)
            {
                problem = failure.Message;
            }

            if (attempt == Attempts)
            {
                throw new CommandException(
                    $"query {query.Id}: {problem}; weights are not tuned on answers that lack a part (--no-rerank leaves the reranker out)"
                );
            }

            await Task.Delay(TimeSpan.FromSeconds(attempt), cancellationToken);
        }
    }
}
