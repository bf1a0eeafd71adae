using System.CommandLine;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Ingestion;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Searching;

/// <summary><c>embedctl suggest</c>.</summary>
internal static class SuggestCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("suggest", "Completes the last word of a query, and prints the titles of matching documents.");
        var query = command.AddArgument(
            new Argument<string[]>("QUERY")
            {
                Description = "The words of the query, the last one unfinished",
                Arity = ArgumentArity.OneOrMore,
            }
        );
        var collection = command.AddOption(CollectionOption.Create());
        var limit = command.AddOption(
            new Option<int>("--limit", "-n") { Description = "Number of suggestions", DefaultValueFactory = _ => 5 }.InRange(1, 50)
        );
        var json = command.AddOption(new Option<bool>("--json") { Description = "Print the platform's response as JSON" });
        var platformOptions = PlatformOptions.AddTo(command);

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var answer = await platform.Search.SuggestAsync(
                    parse.GetRequiredValue(collection),
                    new SuggestRequest { Query = string.Join(' ', parse.GetValue(query)!), Limit = parse.GetValue(limit) },
                    cancellationToken
                );
                if (parse.GetValue(json))
                {
                    await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(answer, CliJson.Report));
                    return 0;
                }

                foreach (var suggestion in answer.Suggestions)
                {
                    await terminal.Output.WriteLineAsync($"{suggestion.Text}  ({suggestion.Documents:N0} documents)");
                }

                foreach (var document in answer.Documents)
                {
                    await terminal.Output.WriteLineAsync($"  {document.Id}: {document.Title}");
                }

                if (answer.Metadata.TypingUnavailable is { } reason)
                {
                    terminal.WriteErrorLine($"embedctl: words cannot be completed: {reason}");
                }

                return 0;
            }
        );
    }
}
