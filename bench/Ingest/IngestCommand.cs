using System.CommandLine;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Demo;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Bench.Ingest;

/// <summary><c>embedctl bench ingest</c>.</summary>
internal static class IngestCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "ingest",
            "Indexes Debian's package descriptions (without apt: this repository's pages) into new collections; prints documents\n"
                + "and chunks per second, the model's share of the CPU time and each process' memory, and compares every stored\n"
                + "document with the sent one.\n"
                + "CPU time and memory need --start. The exit code is 1 if a document is missing or was embedded twice."
        );
        var documents = command.AddOption(
            new Option<int?>("--documents", "-n")
            {
                Description = "How many documents; more than there are repeat them with changed text (else: all)",
            }.AtLeast(1)
        );
        var collections = command.AddOption(
            new Option<int>("--collections")
            {
                Description = "How many collections the documents are distributed over",
                DefaultValueFactory = _ => 1,
            }.InRange(1, 100)
        );
        var chunkTokens = command.AddOption(
            new Option<int?>("--chunk-tokens")
            {
                Description = "The maximum tokens of a chunk; fewer make more chunks (else: the model's limit)",
            }.AtLeast(1)
        );
        var json = command.AddOption(CommonOptions.Json());
        var platformOptions = PlatformOptions.AddTo(command);

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var reading = DemoCorpus.ReadAsync(null, terminal, cancellationToken);
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var all = (await reading).Documents;
                var corpus = CorpusSplit.Distribute(all, parse.GetValue(documents) ?? all.Count, parse.GetValue(collections));
                var report = await new IngestRun(platform, terminal).RunAsync(
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
                    IngestTable.Write(terminal, report);
                }

                return report.Problems.Count == 0 ? 0 : 1;
            }
        );
    }
}
