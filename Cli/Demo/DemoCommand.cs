using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Cli.Searching;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Demo;

/// <summary><c>embedctl demo</c>.</summary>
internal static class DemoCommand
{
    private const int ShownResults = 3;

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "demo",
            "Indexes Debian's package descriptions (without apt: this repository's pages) and asks five questions in everyday words.\n" +
            "The exit code is 0 only if every document was indexed and every question found something.");
        var all = command.Has(new Option<bool>("--all") { Description = "All packages instead of a choice of them" });
        var limit = command.Has(new Option<int>("--limit")
        {
            Description = "How many packages",
            DefaultValueFactory = _ => 10_000,
        }.Within(1, 1_000_000));
        var collection = command.Has(new Option<string>("--collection", "-c")
        {
            Description = "Where to index them",
            HelpName = "NAME",
            DefaultValueFactory = _ => "packages",
        });
        var platformOptions = PlatformOptions.AddTo(command);

        return command.Does(terminal, async (parse, cancellationToken) =>
        {
            await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
            var corpus = await DemoCorpus.ReadAsync(parse.GetValue(all) ? null : parse.GetValue(limit), terminal, cancellationToken);
            var name = parse.GetRequiredValue(collection);
            terminal.Say($"indexing {corpus.Describe} into {name}");
            var indexer = new Indexer(platform.Search, name, terminal);
            var report = await IndexingProgress.ShowAsync(terminal, () => indexer.State, corpus.Documents.Count, () =>
                indexer.RunAsync(corpus.Documents.ToAsyncEnumerable(), wait: true, cancellationToken));
            await terminal.Output.WriteLineAsync(report.Describe(waited: true));

            var answered = 0;
            foreach (var question in corpus.Questions)
            {
                answered += await AskAsync(platform.Search, name, question, terminal, cancellationToken) ? 1 : 0;
            }

            await terminal.Output.WriteLineAsync();
            await terminal.Output.WriteLineAsync(
                $"{answered} of {corpus.Questions.Count} questions found something; {report.Describe(waited: true)}");
            return answered == corpus.Questions.Count && report.IsComplete ? 0 : 1;
        });
    }

    private static async Task<bool> AskAsync(
        ISearchClient search, string collection, string question, Terminal terminal, CancellationToken cancellationToken)
    {
        var answer = await search.SearchAsync(
            collection, new SearchRequest { Query = question, Limit = ShownResults }, cancellationToken);
        terminal.Results.WriteLine();
        terminal.Results.WriteLine($"? {question}");
        ResultTable.Write(terminal, answer);
        foreach (var part in answer.Metadata.Degraded)
        {
            terminal.Say($"embedctl: degraded: {part}");
        }

        return answer.Results.Count > 0;
    }
}
