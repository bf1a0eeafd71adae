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
            "Writes a model with random weights in a published model's shape, to measure size, memory and speed where the real model\n"
                + "cannot be downloaded. Its results are meaningless."
        );
        var shape = command.AddArgument(
            new Argument<string>("SHAPE") { Description = string.Join(", ", TransformerShape.All.Select(known => known.Name)) }
        );
        var folder = command.AddArgument(new Argument<DirectoryInfo>("OUT") { Description = "The output folder" });
        var tokenizer = command.AddOption(
            new Option<FileInfo>("--tokenizer") { Description = "A tokenizer.json of the family", Required = true }
        );
        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var known =
                    TransformerShape.Find(parse.GetRequiredValue(shape))
                    ?? throw new CommandException(
                        $"unknown shape '{parse.GetRequiredValue(shape)}'; the shapes are "
                            + string.Join(", ", TransformerShape.All.Select(s => s.Name))
                    );
                var file = parse.GetRequiredValue(tokenizer);
                if (!file.Exists)
                {
                    throw new CommandException($"{file.FullName} does not exist");
                }

                var target = parse.GetRequiredValue(folder).FullName;
                await SyntheticModel.WriteAsync(known, file.FullName, target, cancellationToken);
                await terminal.Output.WriteLineAsync(
                    $"synthetic/{known.Name} ({known.Layers} layers of {known.Hidden}) was written to {target}"
                );
                return 0;
            }
        );
    }
}
