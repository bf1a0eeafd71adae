using System.CommandLine;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Cli.Platforms;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary><c>embedctl eval</c>.</summary>
internal static class EvalCommand
{
    private const string AllModes = "lexical,dense,hybrid,hybrid+auto,hybrid+rerank";

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "eval",
            "Measures search quality and latency on a folder in BEIR format (corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv).\n"
                + "Indexes new and changed documents of the corpus, searches every judged query in every mode and prints a table.\n"
                + "Queries that fail or get a degraded answer count as 0, are reported, and make the exit code 1.\n"
                + "Documents that the platform refuses, such as blank ones, are left out and listed."
        );
        var data = command.AddOption(
            new Option<DirectoryInfo>("--data")
            {
                Description = "The folder with the data set",
                HelpName = "DIR",
                Required = true,
            }
        );
        var split = command.AddOption(
            new Option<string>("--split") { Description = "The judgements' split", DefaultValueFactory = _ => "test" }
        );
        var collection = command.AddOption(
            new Option<string?>("--collection", "-c")
            {
                Description = "The collection to index into (else: the folder's name)",
                HelpName = "NAME",
            }
        );
        var modes = command.AddOption(ModesOption());
        var limit = command.AddOption(
            new Option<int>("--limit") { Description = "Documents per search, at least 100", DefaultValueFactory = _ => 100 }.InRange(
                100,
                1000
            )
        );
        var concurrency = command.AddOption(
            new Option<int>("--concurrency") { Description = "Concurrent searches", DefaultValueFactory = _ => 1 }.InRange(1, 256)
        );
        var ranking = RankingOptions.AddTo(command);
        var json = command.AddOption(new Option<bool>("--json") { Description = "Print the report as JSON" });
        var platformOptions = PlatformOptions.AddTo(command);

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var dataset = BeirDataset.Open(parse.GetRequiredValue(data).FullName, parse.GetRequiredValue(split));
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var run = new EvalRun(platform.Search, terminal, dataset, parse.GetValue(collection) ?? dataset.Name);
                var report = await run.MeasureAsync(
                    parse.GetRequiredValue(split),
                    parse.GetValue(modes) ?? EvalMode.ParseList(AllModes)!,
                    parse.GetValue(limit),
                    parse.GetValue(concurrency),
                    ranking(parse),
                    cancellationToken
                );
                if (parse.GetValue(json))
                {
                    await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(report, CliJson.Report));
                }
                else
                {
                    EvalTable.Write(terminal, report);
                }

                EvalTable.WriteProblems(terminal, report);
                return report.IsSound ? 0 : 1;
            }
        );
    }

    private static Option<IReadOnlyList<EvalMode>> ModesOption() =>
        new("--modes")
        {
            Description = $"Modes, separated by commas: lexical, dense or hybrid, each also with +rerank or +auto (else: {AllModes})",
            HelpName = "MODES",
            CustomParser = result =>
            {
                if (EvalMode.ParseList(result.Tokens[0].Value) is { } parsed)
                {
                    return parsed;
                }

                result.AddError(
                    $"--modes must be lexical, dense or hybrid, each also with +rerank or +auto, not '{result.Tokens[0].Value}'"
                );
                return null;
            },
        };
}
