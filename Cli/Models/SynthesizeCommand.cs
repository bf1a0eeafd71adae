using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Models.Synthetic;

namespace EmbedPlatform.Cli.Models;

/// <summary><c>embedctl models synthesize</c>.</summary>
internal static class SynthesizeCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "synthesize",
            "Writes a model of a published model's shape with random weights: for sizes, memory and speed where the real one\n"
                + "cannot be fetched. What it answers means nothing."
        );
        var shape = command.Has(
            new Argument<string>("SHAPE") { Description = string.Join(", ", TransformerShape.All.Select(known => known.Name)) }
        );
        var folder = command.Has(new Argument<DirectoryInfo>("OUT") { Description = "The folder to write" });
        var tokenizer = command.Has(
            new Option<FileInfo>("--tokenizer") { Description = "A tokenizer.json of the family", Required = true }
        );
        return command.Does(
            terminal,
            async (parse, cancellationToken) =>
            {
                var known =
                    TransformerShape.Find(parse.GetRequiredValue(shape))
                    ?? throw new CommandException(
                        $"There is no shape '{parse.GetRequiredValue(shape)}'; there are {string.Join(", ", TransformerShape.All.Select(s => s.Name))}"
                    );
                var file = parse.GetRequiredValue(tokenizer);
                if (!file.Exists)
                {
                    throw new CommandException($"{file.FullName} does not exist");
                }

                var target = parse.GetRequiredValue(folder).FullName;
                await SyntheticModel.WriteAsync(known, file.FullName, target, cancellationToken);
                await terminal.Output.WriteLineAsync($"synthetic/{known.Name} ({known.Layers} layers of {known.Hidden}) is in {target}");
                return 0;
            }
        );
    }
}
