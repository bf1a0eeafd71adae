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
            new Argument<string[]>("QUERY")
            {
                Description = "The words of the query; without any, the documents are listed",
                Arity = ArgumentArity.ZeroOrMore,
            }
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
        var sort = command.AddOption(
            new Option<string[]>("--sort")
            {
                Description = "A declared field to sort by, such as price or price:desc, or _id; repeated for further keys",
            }
        );
        var json = command.AddOption(new Option<bool>("--json") { Description = "Print the platform's response as JSON" });
        var platformOptions = PlatformOptions.AddTo(command);

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var words = parse.GetValue(query)!;
                var keys = parse.GetValue(sort)!;
                var request = new SearchRequest
                {
                    Query = words.Length == 0 ? null : string.Join(' ', words),
                    Mode = words.Length == 0 ? null : parse.GetValue(mode),
                    Limit = parse.GetValue(limit),
                    Rerank = parse.GetValue(rerank),
                    Sort = keys.Length == 0 ? null : [.. keys.Select(ToKey)],
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

    // Only these endings are directions, so that a field may have colons in its name.
    private static SortKey ToKey(string text) =>
        text switch
        {
            _ when text.EndsWith(":desc", StringComparison.Ordinal) => new SortKey { Field = text[..^5], Order = SortOrder.Descending },
            _ when text.EndsWith(":asc", StringComparison.Ordinal) => new SortKey { Field = text[..^4], Order = SortOrder.Ascending },
            _ => new SortKey { Field = text },
        };
}
