using System.CommandLine;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Demo;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Bench.Ingest;

/// <summary><c>embedctl bench ingest</c>.</summary>
internal static class IngestBenchCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "ingest",
            "Indexes Debian's package descriptions (without apt: this repository's pages) into new collections and tells documents and chunks a second,\n"
                + "which share of the processor time was in the model, and what each process held in memory; then compares every document with what was sent.\n"
                + "Processor time and memory need --start. The exit code is 1 where a document is missing or was embedded twice."
        );
        var documents = command.Has(
            new Option<int?>("--documents", "-n")
            {
                Description = "How many; more than there are come again with other words (else: all there are)",
            }
        );
        documents.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var value) && value < 1)
            {
                result.AddError($"--documents must be at least 1, not {value}");
            }
        });
        var collections = command.Has(
            new Option<int>("--collections")
            {
                Description = "Among how many collections they are dealt out",
                DefaultValueFactory = _ => 1,
            }.Within(1, 100)
        );
        var chunkTokens = command.Has(
            new Option<int?>("--chunk-tokens")
            {
                Description = "The most tokens of a chunk: fewer make more chunks (else: as the model takes)",
            }
        );
        var json = command.Has(new Option<bool>("--json") { Description = "Print the report as JSON" });
        var platformOptions = PlatformOptions.AddTo(command);

        return command.Does(
            terminal,
            async (parse, cancellationToken) =>
            {
                var reading = DemoCorpus.ReadAsync(null, terminal, cancellationToken);
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var all = (await reading).Documents;
                var corpus = BenchCorpus.Deal(all, parse.GetValue(documents) ?? all.Count, parse.GetValue(collections));
                var report = await new IngestBench(platform, terminal).RunAsync(
                    corpus,
                    new CollectionSettings { ChunkTokens = parse.GetValue(chunkTokens) },
                    cancellationToken
                );
                if (parse.GetValue(json))
                {
                    await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(report, CliJson.Report));
                }
                else
                {
                    IngestBenchTable.Write(terminal, report);
                }

                return report.Problems.Count == 0 ? 0 : 1;
            }
        );
    }
}
