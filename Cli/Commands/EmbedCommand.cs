using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;
using EmbedPlatform.Client.Embedding;

namespace EmbedPlatform.Cli.Commands;

/// <summary><c>embedctl embed</c>.</summary>
internal static class EmbedCommand
{
    private const int BatchTexts = 128;
    private const int ShownValues = 6;

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "embed",
            "Embeds texts. Prints the first values of each embedding, or with --json one JSON object per text."
        );
        var texts = command.AddArgument(
            new Argument<string[]>("TEXT") { Description = "Texts (else: the lines of standard input)", Arity = ArgumentArity.ZeroOrMore }
        );
        var inputType = command.AddOption(
            new Option<string>("--input-type")
            {
                Description = "How the model treats the texts",
                DefaultValueFactory = _ => "document",
            }.AcceptOnlyFromAmong("document", "query")
        );
        var json = command.AddOption(new Option<bool>("--json") { Description = "Print whole embeddings as JSON lines" });
        var platformOptions = PlatformOptions.AddTo(command);

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var all = await InputLines.ReadAsync(parse.GetValue(texts), terminal, "texts", cancellationToken);
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                foreach (var batch in all.Chunk(BatchTexts))
                {
                    var answer = await platform.Embed.EmbedAsync(
                        new EmbedRequest(batch, parse.GetRequiredValue(inputType)),
                        cancellationToken
                    );
                    for (var i = 0; i < batch.Length; i++)
                    {
                        await terminal.Output.WriteLineAsync(parse.GetValue(json) ? Json(batch[i], answer, i) : Line(batch[i], answer, i));
                    }
                }

                return 0;
            }
        );
    }

    private static string Json(string text, EmbedResponse answer, int index) =>
        JsonSerializer.Serialize(
            new
            {
                text,
                answer.Model,
                answer.Inputs[index].Tokens,
                answer.Inputs[index].Truncated,
                Embedding = answer.Embeddings[index],
            },
            CliJson.Line
        );

    private static string Line(string text, EmbedResponse answer, int index)
    {
        var values = answer.Embeddings[index].Take(ShownValues).Select(value => value.ToString("0.0000", CultureInfo.InvariantCulture));
        var truncated = answer.Inputs[index].Truncated ? ", TRUNCATED" : "";
        return $"[{string.Join(", ", values)}, ...] {answer.Model}, {answer.Dimension} values, "
            + $"{answer.Inputs[index].Tokens} tokens{truncated}: {text}";
    }
}
