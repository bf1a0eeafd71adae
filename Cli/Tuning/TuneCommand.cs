using System.CommandLine;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Cli.Platforms;

namespace EmbedPlatform.Cli.Tuning;

/// <summary><c>embedctl tune</c>.</summary>
internal static class TuneCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "tune",
            "Chooses a collection's weights, fusion and reranking by your own judgements in BEIR format (corpus.jsonl,\n"
                + "queries.jsonl, qrels/SPLIT.tsv). Every query is searched once; rules are compared on its scores by cross-validated\n"
                + "nDCG@10. The best rule is written to the collection if a paired test finds it better than the current one. Measure\n"
                + "it on other judgements with embedctl eval."
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
            new Option<string>("--split") { Description = "The judgements' split", DefaultValueFactory = _ => "train" }
        );
        var collection = command.AddOption(
            new Option<string?>("--collection", "-c")
            {
                Description = "The collection to tune, which the corpus is indexed into (else: the folder's name)",
                HelpName = "NAME",
            }
        );
        var folds = command.AddOption(
            new Option<int>("--folds") { Description = "Number of folds", DefaultValueFactory = _ => 5 }.InRange(2, 20)
        );
        var seed = command.AddOption(
            new Option<int>("--seed")
            {
                Description = "The seed of the shuffle: the same seed gives the same result",
                DefaultValueFactory = _ => 1,
            }
        );
        var alpha = command.AddOption(
            new Option<double>("--alpha") { Description = "The significance level, 0 to 1", DefaultValueFactory = _ => 0.05 }
        );
        alpha.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is var value && !(value is > 0 and < 1))
            {
                result.AddError($"--alpha must be between 0 and 1, not {value}");
            }
        });
        var noRerank = command.AddOption(
            new Option<bool>("--no-rerank") { Description = "Leave the reranker out, which takes most of the time" }
        );
        var concurrency = command.AddOption(
            new Option<int>("--concurrency") { Description = "Concurrent searches", DefaultValueFactory = _ => 1 }.InRange(1, 256)
        );
        var dryRun = command.AddOption(new Option<bool>("--dry-run") { Description = "Print the result without changing the collection" });
        var json = command.AddOption(new Option<bool>("--json") { Description = "Print the report as JSON" });
        var platformOptions = PlatformOptions.AddTo(command);

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var dataset = BeirDataset.Open(parse.GetRequiredValue(data).FullName, parse.GetRequiredValue(split));
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var options = new TuneOptions(
                    parse.GetValue(folds),
                    parse.GetValue(seed),
                    parse.GetValue(alpha),
                    !parse.GetValue(noRerank),
                    parse.GetValue(concurrency),
                    parse.GetValue(dryRun)
                );
                var run = new TuneRun(platform.Search, terminal, dataset, parse.GetValue(collection) ?? dataset.Name);
                var report = await run.RunAsync(parse.GetRequiredValue(split), options, cancellationToken);
                if (parse.GetValue(json))
                {
                    await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(report, CliJson.Report));
                }
                else
                {
                    TuneTable.Write(terminal, report, options.DryRun);
                }

                return 0;
            }
        );
    }
}
