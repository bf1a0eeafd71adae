using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Client.Reranking;

namespace EmbedPlatform.Cli.Commands;

/// <summary><c>embedctl rerank</c>.</summary>
internal static class RerankCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("rerank", "Ranks documents by relevance to a query, best first.");
        var query = command.AddOption(new Option<string>("--query", "-q") { Description = "The query", Required = true });
        var documents = command.AddArgument(
            new Argument<string[]>("DOC")
            {
                Description = "Documents (else: the lines of standard input)",
                Arity = ArgumentArity.ZeroOrMore,
            }
        );
        var top = command.AddOption(new Option<int?>("--top", "-n") { Description = "Number of results (else: all)" });
        var raw = command.AddOption(new Option<bool>("--raw-scores") { Description = "Print logits instead of their sigmoid" });
        var json = command.AddOption(new Option<bool>("--json") { Description = "Print the service's response as JSON" });
        var platformOptions = PlatformOptions.AddTo(command);

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var all = await InputLines.ReadAsync(parse.GetValue(documents), terminal, "documents", cancellationToken);
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var answer = await platform.Rerank.RerankAsync(
                    new RerankRequest(parse.GetRequiredValue(query), all, parse.GetValue(top), RawScores: parse.GetValue(raw)),
                    cancellationToken
                );
                if (parse.GetValue(json))
                {
                    await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(answer, CliJson.Report));
                    return 0;
                }

                foreach (var result in answer.Results)
                {
                    var score = result.Score.ToString("0.0000", CultureInfo.InvariantCulture);
                    await terminal.Output.WriteLineAsync($"{score}  [{result.Index}] {result.Document ?? all[result.Index]}");
                }

                terminal.WriteErrorLine(
                    $"{answer.Model}: {all.Count} documents in {answer.LatencyMs.ToString("0.0", CultureInfo.InvariantCulture)} ms"
                );
                return 0;
            }
        );
    }
}
