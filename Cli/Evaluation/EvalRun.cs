using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary>Indexes a data set and measures modes on it.</summary>
/// <param name="search">The platform.</param>
/// <param name="terminal">Where progress goes.</param>
/// <param name="dataset">The data set.</param>
/// <param name="collection">The collection to index into.</param>
internal sealed class EvalRun(ISearchClient search, Terminal terminal, BeirDataset dataset, string collection)
{
    private const int QueriesPerLine = 100;

    /// <summary>Indexes the data set and measures every mode.</summary>
    /// <exception cref="CommandException">The collection is empty or holds documents that are not in the corpus.</exception>
    public async Task<EvalReport> MeasureAsync(
        string split,
        IReadOnlyList<EvalMode> modes,
        int limit,
        int concurrency,
        RankingOptions ranking,
        CancellationToken cancellationToken
    )
    {
        var corpus = await new CorpusIndexer(search, terminal, dataset, collection).RunAsync(cancellationToken);
        var evaluator = new ModeEvaluator(search, collection, limit, concurrency, ranking);
        var rows = new List<ModeResult>();
        foreach (var mode in modes)
        {
            var completed = 0;
            rows.Add(
                await evaluator.RunAsync(
                    mode,
                    dataset.Queries,
                    () =>
                    {
                        var now = Interlocked.Increment(ref completed);
                        if (now % QueriesPerLine == 0 || now == dataset.Queries.Count)
                        {
                            terminal.WriteErrorLine($"  {mode.Name}: {now:N0} of {dataset.Queries.Count:N0} queries");
                        }
                    },
                    cancellationToken
                )
            );
        }

        return new EvalReport(
            dataset.Name,
            split,
            collection,
            corpus.State.Model,
            corpus.Documents,
            dataset.Queries.Count,
            limit,
            concurrency,
            corpus.Report.Written,
            corpus.Report.Elapsed.TotalSeconds,
            rows
        )
        {
            Skipped = corpus.Report.Skipped,
        };
    }
}
