using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Models;

/// <summary><c>embedctl models remove</c>.</summary>
internal static class RemoveCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "remove",
            "Deletes the files of an installed model. Bundled models cannot be removed.\n"
                + "models.lock.json keeps the hashes, so a later pull installs the same files or fails."
        );
        var id = command.AddArgument(new Argument<string>("ID") { Description = "The id of an installed model" });
        var yes = command.AddOption(new Option<bool>("--yes", "-y") { Description = "Remove without confirmation" });
        var roots = command.AddOption(ModelRoots.Option());
        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var store = ModelRoots.Open(parse.GetValue(roots));
                var name = parse.GetRequiredValue(id);
                if (!parse.GetValue(yes))
                {
                    var size =
                        store
                            .List()
                            .FirstOrDefault(model => string.Equals(model.Entry.Id, name, StringComparison.OrdinalIgnoreCase))
                            ?.SizeBytes
                        ?? 0;
                    if (!await ConfirmedAsync(terminal, $"Remove {name} ({ModelTable.Megabytes(size)})? [y/N]", cancellationToken))
                    {
                        throw new CommandException("nothing was removed: answer y, or pass --yes");
                    }
                }

                await terminal.Output.WriteLineAsync($"{name} was removed from {await store.RemoveAsync(name, cancellationToken)}");
                return 0;
            }
        );
    }

    private static async Task<bool> ConfirmedAsync(Terminal terminal, string question, CancellationToken cancellationToken)
    {
        terminal.WriteErrorLine(question);
        using var reader = new StreamReader(terminal.Input, leaveOpen: true);
        return (await reader.ReadLineAsync(cancellationToken))?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}
