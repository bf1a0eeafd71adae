using System.CommandLine;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Searching;

/// <summary><c>embedctl search</c>.</summary>
internal static class SearchCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "search",
            "Searches a collection and prints the ranked documents with each leg's scores and the timings."
        );
        var query = command.AddArgument(
            new Argument<string[]>("QUERY") { Description = "The words of the query", Arity = ArgumentArity.OneOrMore }
        );
        var collection = command.AddOption(CollectionOption.Create());
        var mode = command.AddOption(
            new Option<SearchMode>("--mode") { Description = "The legs that find candidates", DefaultValueFactory = _ => SearchMode.Hybrid }
        );
        var limit = command.AddOption(
            new Option<int>("--limit", "-n") { Description = "Number of documents", DefaultValueFactory = _ => 10 }.InRange(1, 1000)
        );
        var rerank = command.AddOption(
            new Option<RerankMode?>("--rerank") { Description = "Whether to rerank the best candidates (else: only in mode hybrid)" }
        );
        var json = command.AddOption(new Option<bool>("--json") { Description = "Print the platform's response as JSON" });
        var platformOptions = PlatformOptions.AddTo(command);

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var request = new SearchRequest
                {
                    Query = string.Join(' ', parse.GetValue(query)!),
                    Mode = parse.GetValue(mode),
                    Limit = parse.GetValue(limit),
                    Rerank = parse.GetValue(rerank),
                };
                var answer = await platform.Search.SearchAsync(parse.GetRequiredValue(collection), request, cancellationToken);
                if (parse.GetValue(json))
                {
                    await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(answer, CliJson.Report));
                }
                else
                {
                    ResultTable.Write(terminal, answer);
                }

                foreach (var part in answer.Metadata.Degraded)
                {
                    terminal.WriteErrorLine($"embedctl: degraded: {part}");
                }

                return 0;
            }
        );
    }
}
