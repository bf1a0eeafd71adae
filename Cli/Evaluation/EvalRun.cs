using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary>Indexes a data set and measures modes on it.</summary>
/// <param name="search">The platform.</param>
/// <param name="terminal">Where progress goes.</param>
/// <param name="dataset">What to index and ask.</param>
/// <param name="collection">Where to index it.</param>
internal sealed class EvalRun(ISearchClient search, Terminal terminal, BeirDataset dataset, string collection)
{
    private const int QueriesPerLine = 100;

    /// <summary>Does all of it.</summary>
    /// <exception cref="CommandException">The collection does not hold exactly the corpus: numbers would mean nothing.</exception>
    public async Task<EvalReport> MeasureAsync(
        string split, IReadOnlyList<EvalMode> modes, int limit, int concurrency, CancellationToken cancellationToken)
    {
        var documents = dataset.CountDocuments();
        var indexer = new Indexer(search, collection, terminal);
        terminal.Say($"indexing {documents:N0} documents into {collection}");
        var indexed = await IndexingProgress.ShowAsync(terminal, () => indexer.State, documents, () =>
            indexer.RunAsync(dataset.ReadCorpusAsync(cancellationToken), wait: true, cancellationToken));
        terminal.Say(indexed.Describe(waited: true));
        var state = await RequireWholeCorpusAsync(indexed, documents, cancellationToken);

        var evaluator = new ModeEvaluator(search, collection, limit, concurrency);
        var rows = new List<ModeResult>();
        foreach (var mode in modes)
        {
            var asked = 0;
            rows.Add(await evaluator.RunAsync(mode, dataset.Queries, () =>
            {
                var now = Interlocked.Increment(ref asked);
                if (now % QueriesPerLine == 0 || now == dataset.Queries.Count)
                {
                    terminal.Say($"  {mode.Name}: {now:N0} of {dataset.Queries.Count:N0} queries");
                }
            }, cancellationToken));
        }

        return new EvalReport(
            dataset.Name, split, collection, state.Model, documents, dataset.Queries.Count, limit, concurrency,
            indexed.Written, indexed.Elapsed.TotalSeconds, rows);
    }

    private async Task<Collection> RequireWholeCorpusAsync(IndexingReport indexed, long documents, CancellationToken cancellationToken)
    {
        var state = await search.GetCollectionAsync(collection, cancellationToken)
            ?? throw new CommandException($"the collection {collection} is gone");
        if (!indexed.IsComplete || state.Failed > 0)
        {
            throw new CommandException(
                $"the corpus is not whole in {collection}: {indexed.Rejected} documents refused, {state.Failed} not embedded; nothing was measured");
        }

        return state.Documents == documents
            ? state
            : throw new CommandException(
                $"{collection} holds {state.Documents:N0} documents, the corpus has {documents:N0}; name another --collection");
    }
}
