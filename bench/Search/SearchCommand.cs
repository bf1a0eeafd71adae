using System.CommandLine;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Demo;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Cli.Platforms;

namespace EmbedPlatform.Bench.Search;

/// <summary><c>embedctl bench search</c>.</summary>
internal static class SearchCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "search",
            "Measures latency and recall of searches in Debian's package descriptions (without apt: this repository's pages)\n"
                + "on a running platform, or on one that --start starts. Needs the source tree and the platform's database:\n"
                + $"the one in the data folder, else the connection string in {PlatformDatabase.Variable}."
        );
        var collection = command.AddOption(
            new Option<string>("--collection", "-c")
            {
                Description = "The collection",
                HelpName = "NAME",
                DefaultValueFactory = _ => "packages",
            }
        );
        var limit = command.AddOption(
            new Option<int?>("--limit", "-n") { Description = "How many documents to index (else: all)" }.AtLeast(1)
        );
        var reuse = command.AddOption(new Option<bool>("--reuse") { Description = "Measure the collection as it is, without indexing" });
        var queries = command.AddOption(Number("--queries", "How many new questions from one client", 300));
        var clients = command.AddOption(Number("--clients", "How many concurrent clients", 20));
        var requests = command.AddOption(Number("--requests", "How many questions the concurrent clients ask in total", 1000));
        var recall = command.AddOption(Number("--recall", "How many questions for recall", 400));
        var seed = command.AddOption(
            new Option<int?>("--seed")
            {
                Description =
                    "The seed of the questions (else: a new one, because the platform caches the embeddings of earlier questions)",
            }.AtLeast(1)
        );
        var json = command.AddOption(CommonOptions.Json());
        var platformOptions = PlatformOptions.AddTo(command, keepsData: true);

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var settings = new SearchSettings
                {
                    Search = platform.SearchAddress,
                    Embed = platform.EmbedAddress,
                    Database = PlatformDatabase.Find(platformOptions.DataFolder(parse)),
                    Collection = parse.GetRequiredValue(collection),
                    Queries = parse.GetValue(queries),
                    Clients = parse.GetValue(clients),
                    Requests = parse.GetValue(requests),
                    Recall = parse.GetValue(recall),
                    Seed = parse.GetValue(seed) ?? (Environment.TickCount & 0xFFFFFF),
                };
                if (!parse.GetValue(reuse))
                {
                    await IndexAsync(platform, settings.Collection, parse.GetValue(limit), terminal, cancellationToken);
                }

                await MeasureAsync(settings, new Report(terminal, parse.GetValue(json), width: 50)).WaitAsync(cancellationToken);
                return 0;
            }
        );
    }

    private static async Task MeasureAsync(SearchSettings settings, Report report)
    {
        await using var target = await SearchTarget.OpenAsync(settings);
        await target.DescribeAsync(report);
        await new LatencyScenario(target, report).RunAsync();
        await new RecallScenario(target, report).RunAsync();
        report.End();
    }

    private static Option<int> Number(string name, string description, int otherwise) =>
        new Option<int>(name) { Description = description, DefaultValueFactory = _ => otherwise }.AtLeast(1);

    private static async Task IndexAsync(
        Platform platform,
        string collection,
        int? limit,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var corpus = await DemoCorpus.ReadAsync(limit, terminal, cancellationToken);
        terminal.WriteErrorLine($"indexing {corpus.Description} into {collection}");
        var indexer = new Indexer(platform.Search, collection, terminal);
        var report = await IndexingProgress.ShowAsync(
            terminal,
            () => indexer.State,
            corpus.Documents.Count,
            () => indexer.RunAsync(corpus.Documents.ToAsyncEnumerable(), wait: true, cancellationToken)
        );
        terminal.WriteErrorLine(report.Describe(waited: true));
        if (!report.IsComplete)
        {
            throw new CommandException("not all documents were indexed, so nothing was measured");
        }
    }
}
