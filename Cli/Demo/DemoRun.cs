using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Cli.Searching;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Demo;

/// <summary>Indexes a corpus and searches its questions.</summary>
/// <param name="search">The platform.</param>
/// <param name="collection">The collection to index into.</param>
/// <param name="terminal">Where results go.</param>
internal sealed class DemoRun(ISearchClient search, string collection, Terminal terminal)
{
    private const int ShownResults = 3;

    /// <summary>The collection.</summary>
    public string Collection => collection;

    /// <summary>Indexes the corpus and searches every question.</summary>
    /// <returns>Whether every document was indexed and every question had results.</returns>
    public async Task<bool> RunAsync(DemoCorpus corpus, CancellationToken cancellationToken)
    {
        terminal.WriteErrorLine($"indexing {corpus.Description} into {collection}");
        var indexer = new Indexer(search, collection, terminal);
        var report = await IndexingProgress.ShowAsync(
            terminal,
            () => indexer.State,
            corpus.Documents.Count,
            () => indexer.RunAsync(corpus.Documents.ToAsyncEnumerable(), wait: true, cancellationToken)
        );
        await terminal.Output.WriteLineAsync(report.Describe(waited: true));

        var answered = 0;
        foreach (var question in corpus.Questions)
        {
            answered += await SearchAsync(question, cancellationToken) ? 1 : 0;
        }

        await terminal.Output.WriteLineAsync();
        await terminal.Output.WriteLineAsync($"{answered} of {corpus.Questions.Count} questions had results");
        return answered == corpus.Questions.Count && report.IsComplete;
    }

    private async Task<bool> SearchAsync(string question, CancellationToken cancellationToken)
    {
        var answer = await search.SearchAsync(collection, new SearchRequest { Query = question, Limit = ShownResults }, cancellationToken);
        terminal.Output.WriteLine();
        terminal.Output.WriteLine($"? {question}");
        ResultTable.Write(terminal, answer);
        await terminal.Output.FlushAsync(cancellationToken);
        foreach (var part in answer.Metadata.Degraded)
        {
            terminal.WriteErrorLine($"embedctl: degraded: {part}");
        }

        return answer.Results.Count > 0;
    }
}
