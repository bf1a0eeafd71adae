using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.Cli.Tokenizing;

/// <summary><c>embedctl tokenize</c>.</summary>
internal static class TokenizeCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "tokenize",
            "Tokenizes JSON lines on standard input ({\"text\", \"pair\"?}) and prints a JSON line for each ({\"ids\", \"type_ids\"}),\n"
                + "in order. Each line is answered at once, so another program can wait for it."
        );
        var file = command.AddOption(
            new Option<FileInfo>("--tokenizer", "-t")
            {
                Description = "A tokenizer.json of Hugging Face tokenizers",
                HelpName = "FILE",
                Required = true,
            }
        );

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var tokenizer = Load(parse.GetRequiredValue(file).FullName);
                await new TokenizeStream(tokenizer).RunAsync(terminal.Input, terminal.Output, cancellationToken);
                return 0;
            }
        );
    }

    private static Tokenizer Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new CommandException($"{path} does not exist");
        }

        try
        {
            return Tokenizer.Load(path);
        }
        catch (TokenizerFormatException exception)
        {
            throw new CommandException($"{path}: {exception.Message}", exception);
        }
    }
}
