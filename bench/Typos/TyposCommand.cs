using System.CommandLine;
using EmbedPlatform.Bench.Measurement;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Demo;
using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Cli.Platforms;

namespace EmbedPlatform.Bench.Typos;

/// <summary><c>embedctl bench typos</c>.</summary>
internal static class TyposCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "typos",
            "Measures how much search quality and latency suffer from mistyped queries, with typo tolerance and without:\n"
                + "judged queries of a data set, and names of Debian packages, with no, one and two random edits.\n"
                + "Also measures the latency of suggestions for beginnings of package descriptions.\n"
                + "The collections must be indexed: by embedctl eval and embedctl bench search."
        );
        var data = command.AddOption(
            new Option<DirectoryInfo?>("--data") { Description = "A data set's folder in BEIR format", HelpName = "DIR" }
        );
        var collection = command.AddOption(
            new Option<string?>("--collection", "-c")
            {
                Description = "The data set's collection (else: the folder's name)",
                HelpName = "NAME",
            }
        );
        var packages = command.AddOption(
            new Option<string?>("--packages") { Description = "The collection of Debian packages", HelpName = "NAME" }
        );
        var names = command.AddOption(
            new Option<int>("--names") { Description = "How many package names", DefaultValueFactory = _ => 200 }.AtLeast(1)
        );
        var beginnings = command.AddOption(
            new Option<int>("--beginnings")
            {
                Description = "How many beginnings of queries to complete with words of the packages",
                DefaultValueFactory = _ => 1000,
            }.AtLeast(1)
        );
        var modes = command.AddOption(
            new Option<string>("--modes") { Description = "lexical, hybrid or both", DefaultValueFactory = _ => "lexical,hybrid" }
        );
        var seed = command.AddOption(
            new Option<int>("--seed") { Description = "The seed of the edits", DefaultValueFactory = _ => 1 }.AtLeast(1)
        );
        var show = command.AddOption(new Option<int>("--show") { Description = "How many queries to print that lost their documents" });
        var json = command.AddOption(CommonOptions.Json());
        var platformOptions = PlatformOptions.AddTo(command);

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                if (parse.GetValue(data) is null && parse.GetValue(packages) is null)
                {
                    throw new CommandException("nothing to measure: give --data, --packages or both");
                }

                var chosen =
                    EvalMode.ParseList(parse.GetRequiredValue(modes)) ?? throw new CommandException("--modes must be lexical or hybrid");
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var report = new Report(terminal, parse.GetValue(json), width: 56);
                var run = new TyposRun(platform.Search, report, parse.GetValue(seed), parse.GetValue(show));
                report.Fact("load average", Host.LoadAverage);
                foreach (var mode in chosen)
                {
                    if (parse.GetValue(data) is { } folder)
                    {
                        var dataset = BeirDataset.Open(folder.FullName, "test");
                        await run.MeasureAsync(parse.GetValue(collection) ?? dataset.Name, dataset.Queries, mode, cancellationToken);
                    }

                    if (parse.GetValue(packages) is { } name)
                    {
                        var corpus = await DemoCorpus.ReadAsync(null, terminal, cancellationToken);
                        var queries = TyposRun.SampleNames(corpus, parse.GetValue(names), parse.GetValue(seed));
                        await run.MeasureAsync(name, queries, mode, cancellationToken);
                    }
                }

                if (parse.GetValue(packages) is { } completed)
                {
                    var corpus = await DemoCorpus.ReadAsync(null, terminal, cancellationToken);
                    await new SuggestScenario(platform.Search, report, parse.GetValue(seed)).MeasureAsync(
                        completed,
                        corpus,
                        parse.GetValue(beginnings),
                        cancellationToken
                    );
                }

                report.End();
                return 0;
            }
        );
    }
}
