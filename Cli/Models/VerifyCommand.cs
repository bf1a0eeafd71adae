using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Cli.Models;

/// <summary><c>embedctl models verify</c>.</summary>
internal static class VerifyCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "verify",
            "Hashes every file of installed models and compares it with model.json, the catalogue and the lock.\n"
                + "The exit code is 1 if a file is damaged or missing."
        );
        var ids = command.AddArgument(
            new Argument<string[]>("ID") { Description = "Ids of installed models (else: all)", Arity = ArgumentArity.ZeroOrMore }
        );
        var roots = command.AddOption(ModelRoots.Option());
        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var store = ModelRoots.Open(parse.GetValue(roots));
                var chosen = parse.GetValue(ids) is { Length: > 0 } named
                    ? named
                    : [.. store.List().Where(model => model.Installed).Select(model => model.Entry.Id)];
                var intact = true;
                foreach (var id in chosen)
                {
                    var check = await store.VerifyAsync(id, cancellationToken);
                    await WriteAsync(terminal, check);
                    intact &= check.Intact;
                }

                return intact ? 0 : 1;
            }
        );
    }

    private static async Task WriteAsync(Terminal terminal, ModelCheck check)
    {
        if (check.Intact)
        {
            await terminal.Output.WriteLineAsync(
                $"{check.Id}: {check.Files.Count} files, {ModelTable.Megabytes(check.Files.Sum(file => file.Size))}, all intact"
            );
            return;
        }

        foreach (var file in check.Files.Where(file => file.Problem is not null))
        {
            terminal.WriteErrorLine($"embedctl: {check.Id}: {Path.Combine(check.Folder, file.Path)} {file.Problem}");
        }
    }
}
