using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;

namespace EmbedPlatform.Cli.Ingestion;

/// <summary><c>embedctl ingest</c>.</summary>
internal static class IngestCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "ingest",
            "Stores documents in a collection and waits until they are embedded.\n"
                + "A JSON line ({\"id\" or \"_id\", \"title\"?, \"text\", \"metadata\"?}) is a document, and so is a text or markdown file."
        );
        var files = command.AddArgument(
            new Argument<string[]>("FILES")
            {
                Description = "Files (.jsonl, .ndjson, .txt, .md), folders of them, or - for JSON lines on standard input",
                Arity = ArgumentArity.OneOrMore,
            }
        );
        var collection = command.AddOption(CollectionOption.Create());
        var noWait = command.AddOption(
            new Option<bool>("--no-wait") { Description = "Exit when the documents are stored; embedding continues" }
        );
        var tenant = command.AddOption(TenantOption.Create());
        var platformOptions = PlatformOptions.AddTo(command);

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var sources = DocumentFiles.Find(parse.GetValue(files)!);
                var wait = !parse.GetValue(noWait);
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var indexer = new Indexer(platform.SearchOf(parse.GetValue(tenant)), parse.GetRequiredValue(collection), terminal);
                var report = await IndexingProgress.ShowAsync(
                    terminal,
                    () => indexer.State,
                    null,
                    () => indexer.RunAsync(DocumentFiles.ReadAsync(sources, terminal.Input, cancellationToken), wait, cancellationToken)
                );
                await terminal.Output.WriteLineAsync(report.Describe(wait));
                return report.IsComplete ? 0 : 1;
            }
        );
    }
}
