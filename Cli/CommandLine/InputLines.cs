namespace EmbedPlatform.Cli.CommandLine;

/// <summary>Texts from the command line, or else the lines of standard input.</summary>
internal static class InputLines
{
    /// <summary>The given texts, or else the non-blank lines of standard input.</summary>
    /// <param name="given">Texts from the command line.</param>
    /// <param name="terminal">The terminal to read from.</param>
    /// <param name="what">The plural noun for the lines, for messages.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="CommandException">There are none.</exception>
    public static async Task<IReadOnlyList<string>> ReadAsync(
        string[]? given,
        Terminal terminal,
        string what,
        CancellationToken cancellationToken
    )
    {
        if (given is { Length: > 0 })
        {
            return given;
        }

        if (!terminal.InputRedirected)
        {
            terminal.WriteErrorLine($"reading {what} from standard input, one per line, until Ctrl-D");
        }

        var lines = new List<string>();
        using var reader = new StreamReader(terminal.Input, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                lines.Add(line);
            }
        }

        return lines.Count > 0
            ? lines
            : throw new CommandException($"no {what}: pass them as arguments or on standard input, one per line");
    }
}
