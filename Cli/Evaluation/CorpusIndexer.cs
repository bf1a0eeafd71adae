using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary>A data set's corpus in a collection.</summary>
/// <param name="State">The collection.</param>
/// <param name="Documents">How many documents the corpus has.</param>
/// <param name="Report">The result of indexing.</param>
internal sealed record IndexedCorpus(Collection State, long Documents, IndexingReport Report);

/// <summary>Indexes a data set's corpus and checks that the collection holds nothing else.</summary>
/// <param name="search">The platform.</param>
/// <param name="terminal">Where progress goes.</param>
/// <param name="dataset">The data set.</param>
/// <param name="collection">The collection.</param>
internal sealed class CorpusIndexer(ISearchClient search, Terminal terminal, BeirDataset dataset, string collection)
{
    private const int NamedDocuments = 10;

    /// <summary>Indexes documents that are new or changed. Refused documents are left out and listed by id.</summary>
    /// <exception cref="CommandException">The collection is empty or holds documents that are not in the corpus.</exception>
    public async Task<IndexedCorpus> RunAsync(CancellationToken cancellationToken)
    {
        var documents = dataset.CountDocuments();
        var indexer = new Indexer(search, collection, terminal);
        terminal.WriteErrorLine($"indexing {documents:N0} documents into {collection}");
        var indexed = await IndexingProgress.ShowAsync(
            terminal,
            () => indexer.State,
            documents,
            () => indexer.RunAsync(dataset.ReadCorpusAsync(cancellationToken), wait: true, cancellationToken)
        );
        terminal.WriteErrorLine(indexed.Describe(waited: true));
        var state =
            await search.GetCollectionAsync(collection, cancellationToken)
            ?? throw new CommandException($"the collection {collection} no longer exists");
        var expected = documents - indexed.Rejected;
        if (state.Documents != expected)
        {
            throw new CommandException(
                $"{collection} holds {state.Documents:N0} documents, but the corpus has {expected:N0} that can be stored; "
                    + "pass another --collection"
            );
        }

        if (expected == 0)
        {
            throw new CommandException($"no document of the corpus could be stored in {collection}, so nothing was measured");
        }

        WriteSkipped(indexed, state, documents);
        return new IndexedCorpus(state, documents, indexed);
    }

    private void WriteSkipped(IndexingReport indexed, Collection state, long documents)
    {
        if (indexed.Rejected > 0)
        {
            var refused = indexed.Skipped.Take((int)Math.Min(indexed.Rejected, NamedDocuments)).Select(document => document.Id);
            var more = indexed.Rejected > NamedDocuments ? $" and {indexed.Rejected - NamedDocuments:N0} more" : "";
            terminal.WriteErrorLine(
                $"embedctl: {indexed.Rejected:N0} of {documents:N0} documents cannot be stored and are left out: "
                    + $"{string.Join(", ", refused)}{more}"
            );
        }

        if (state.Failed > 0)
        {
            terminal.WriteErrorLine(
                $"embedctl: {state.Failed:N0} of {documents:N0} documents could not be embedded, so only lexical search finds them"
            );
        }
    }
}
