using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tuning;

/// <summary>The options of tuning.</summary>
/// <param name="Folds">The number of folds.</param>
/// <param name="Seed">The seed of the shuffle and the test.</param>
/// <param name="Alpha">The significance level.</param>
/// <param name="Rerank">Whether the reranker is tried.</param>
/// <param name="Concurrency">Concurrent searches.</param>
/// <param name="DryRun">Whether nothing is written.</param>
internal sealed record TuneOptions(int Folds, int Seed, double Alpha, bool Rerank, int Concurrency, bool DryRun);

/// <summary>Chooses a collection's ranking rule by judgements.</summary>
/// <param name="search">The platform.</param>
/// <param name="terminal">Where progress goes.</param>
/// <param name="dataset">The data set.</param>
/// <param name="collection">The collection.</param>
internal sealed class TuneRun(ISearchClient search, Terminal terminal, BeirDataset dataset, string collection)
{
    /// <summary>Chooses the best rule and writes it to the collection if it is better than the current one.</summary>
    /// <exception cref="CommandException">There are too few queries, or the platform's answers cannot be used.</exception>
    public async Task<TuneReport> RunAsync(string split, TuneOptions options, CancellationToken cancellationToken)
    {
        if (dataset.Queries.Count < 2 * options.Folds)
        {
            throw new CommandException(
                $"{dataset.Queries.Count} judged queries are too few for {options.Folds} folds: at least twice as many are needed"
            );
        }

        var corpus = await new CorpusIndexer(search, terminal, dataset, collection).RunAsync(cancellationToken);
        var scorer = new PoolScorer(search, collection, terminal);
        var current = await scorer.CurrentAsync(dataset.Queries[0], cancellationToken);
        if (current.Rerank is not null && !options.Rerank)
        {
            throw new CommandException(
                $"{collection} is reranked now, which cannot be compared without the reranker's scores: leave out --no-rerank"
            );
        }

        var queries = await scorer.ScoreAsync(dataset.Queries, options.Rerank, options.Concurrency, cancellationToken);
        terminal.WriteErrorLine($"  choosing among {RankingRule.Fused.Count + (options.Rerank ? RankingRule.Reranked.Count : 0):N0} rules");
        return await DecideAsync(split, corpus.State.Model, current, queries, options, cancellationToken);
    }

    private async Task<TuneReport> DecideAsync(
        string split,
        string model,
        RankingRule current,
        IReadOnlyList<ScoredQuery> queries,
        TuneOptions options,
        CancellationToken cancellationToken
    )
    {
        double[] now = [.. queries.Select(query => query.Ndcg(current))];
        var validation = new CrossValidation(queries, options.Folds, options.Seed);
        var fused = validation.Choose(RankingRule.Fused, cancellationToken);
        var reranked = options.Rerank ? validation.Choose(RankingRule.Reranked, cancellationToken) : null;
        var fusedRow = Row(fused, now, options.Seed);
        var rerankedRow = reranked is null
            ? null
            : Row(reranked, now, options.Seed) with
            {
                GainOverFused = reranked.OutOfFold - fused.OutOfFold,
                POverFused = P(reranked.HeldOut, fused.HeldOut, options.Seed),
            };
        // Reranking costs time, so it must be significantly better.
        var reranks = rerankedRow is { GainOverFused: > 0 } && rerankedRow.POverFused < options.Alpha;
        var best = reranks ? rerankedRow! : fusedRow;
        var better = best is { Gain: > 0 } && best.P < options.Alpha && best.Rule != current;
        if (better && !options.DryRun)
        {
            await search.PatchCollectionAsync(collection, best.Rule.ToPatch(options.Rerank), cancellationToken);
        }

        return new TuneReport(
            dataset.Name,
            split,
            collection,
            model,
            queries.Count,
            options.Folds,
            options.Seed,
            new CurrentRow(current, now.Average()),
            fusedRow,
            rerankedRow,
            !better ? "current"
                : reranks ? "reranked"
                : "fused",
            better && !options.DryRun
        );
    }

    private static TunedRow Row(ChosenRule chosen, double[] now, int seed) =>
        new(chosen.Rule, chosen.InSample, chosen.OutOfFold, chosen.OutOfFold - now.Average(), P(chosen.HeldOut, now, seed), chosen.Folds);

    private static double P(double[] one, double[] other, int seed) => PairedTest.P([.. one.Zip(other, (a, b) => a - b)], seed);
}
