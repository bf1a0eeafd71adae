using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Demo;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Cli.Platforms;

namespace EmbedPlatform.Cli.Bench;

/// <summary><c>embedctl bench search</c>.</summary>
internal static class SearchBenchCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "search",
            "Measures latency and recall of searching Debian's package descriptions (without apt: this repository's pages) on a platform that runs or is started.\n"
                + "Needs the source tree, and the platform's database: that of the data folder, else the connection string in ConnectionStrings__vectors."
        );
        var collection = command.Has(
            new Option<string>("--collection", "-c")
            {
                Description = "The collection",
                HelpName = "NAME",
                DefaultValueFactory = _ => "packages",
            }
        );
        var limit = command.Has(new Option<int?>("--limit", "-n") { Description = "How many documents to index (else: all)" });
        var reuse = command.Has(new Option<bool>("--reuse") { Description = "Measure what the collection holds already" });
        Option[] passed =
        [
            command.Has(new Option<int?>("--queries") { Description = "How many new questions one client asks (300)" }),
            command.Has(new Option<int?>("--clients") { Description = "How many clients ask side by side (20)" }),
            command.Has(new Option<int?>("--requests") { Description = "How many questions they ask together (1000)" }),
            command.Has(new Option<int?>("--recall") { Description = "How many questions recall is measured with (400)" }),
            command.Has(
                new Option<int?>("--seed")
                {
                    Description = "Which questions are drawn (else: others each time, as the platform remembers what it embedded)",
                }
            ),
        ];
        var json = command.Has(new Option<bool>("--json") { Description = "Print as JSON" });
        var platformOptions = PlatformOptions.AddTo(command, keepsData: true);

        return command.Does(
            terminal,
            async (parse, cancellationToken) =>
            {
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var name = parse.GetRequiredValue(collection);
                var database = PlatformDatabase.Find(platformOptions.DataFolder(parse));
                if (!parse.GetValue(reuse))
                {
                    await IndexAsync(platform, name, parse.GetValue(limit), terminal, cancellationToken);
                }

                string[] arguments =
                [
                    "--search-url",
                    $"{platform.Endpoints.Search}",
                    "--embed-url",
                    $"{platform.Endpoints.Embed}",
                    "--collection",
                    name,
                    .. BenchCommand.Given(parse, passed, [json]),
                ];
                return await BenchCommand.RunAsync(terminal, "Search", arguments, cancellationToken, (PlatformDatabase.Variable, database));
            }
        );
    }

    private static async Task IndexAsync(
        Platform platform,
        string collection,
        int? limit,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var corpus = await DemoCorpus.ReadAsync(limit, terminal, cancellationToken);
        terminal.Say($"indexing {corpus.Describe} into {collection}");
        var indexer = new Indexer(platform.Search, collection, terminal);
        var report = await IndexingProgress.ShowAsync(
            terminal,
            () => indexer.State,
            corpus.Documents.Count,
            () => indexer.RunAsync(corpus.Documents.ToAsyncEnumerable(), wait: true, cancellationToken)
        );
        terminal.Say(report.Describe(waited: true));
        if (!report.IsComplete)
        {
            throw new CommandException("not all documents were indexed; nothing was measured");
        }
    }
}
