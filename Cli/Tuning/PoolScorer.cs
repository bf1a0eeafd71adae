using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tuning;

/// <summary>Searches each query once and reads every leg's scores of the whole candidate pool.</summary>
/// <param name="search">The platform.</param>
/// <param name="collection">The collection with the corpus.</param>
/// <param name="terminal">Where progress goes.</param>
internal sealed class PoolScorer(ISearchClient search, string collection, Terminal terminal)
{
    private const int WholePool = 1_000;
    private const int Attempts = 3;
    private const int QueriesPerLine = 100;
    private const double Rounding = 1e-6;

    /// <summary>The collection's default ranking rule.</summary>
    /// <exception cref="CommandException">The platform's answers are degraded.</exception>
    public async Task<RankingRule> CurrentAsync(JudgedQuery query, CancellationToken cancellationToken)
    {
        var answer = await SearchAsync(
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
            answer.Metadata.Fusion ?? throw new CommandException("the platform does not report its fusion: it is an older version");
        var rerank = answer.Metadata.Rerank;
        return new RankingRule(
            fusion.Method,
            fusion.Weights.Lexical ?? 1,
            fusion.Weights.Dense ?? 1,
            rerank.Applied ? fusion.Weights.Rerank : null,
            rerank.Applied && rerank.Done < answer.Results.Count ? rerank.Done : null
        );
    }

    /// <summary>Scores the candidate pools, in the order of the queries.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="rerank">Whether the reranker scores the candidates too.</param>
    /// <param name="concurrency">Concurrent searches.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="CommandException">An answer is degraded, or its scores differ from those computed here.</exception>
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
                    terminal.WriteErrorLine($"  scored {now:N0} of {queries.Count:N0} queries");
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
            // No fields are needed: the answer holds every leg's score and rank.
            Fields = [],
            Cache = false,
        };
        var answer = await SearchAsync(query, request, cancellationToken);
        var fusion =
            answer.Metadata.Fusion ?? throw new CommandException("the platform does not report its fusion: it is an older version");
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
            var answered = answer.Results[i].Explain.Contribution;
            if (!(Math.Abs(computed[i] - answered) <= Rounding * Math.Max(1, Math.Abs(computed[i]))))
            {
                throw new CommandException(
                    $"query {query.Id}: document {answer.Results[i].Id} has contributions of {answered:F6}, but embedctl computes "
                        + $"{computed[i]:F6}: the platform's fusion differs from this version's, so nothing can be tuned"
                );
            }
        }

        return scored;
    }

    private async Task<SearchResponse> SearchAsync(JudgedQuery query, SearchRequest request, CancellationToken cancellationToken)
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
                    $"query {query.Id}: {problem}; degraded answers cannot be used to tune weights (--no-rerank leaves the reranker out)"
                );
            }

            await Task.Delay(TimeSpan.FromSeconds(attempt), cancellationToken);
        }
    }
}
