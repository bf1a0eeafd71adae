using System.ComponentModel;
using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Demo;

/// <summary>Runs a program of the system and reads its output.</summary>
internal static class ExternalProgram
{
    /// <summary>Reads a program's output while it runs.</summary>
    /// <exception cref="CommandException">The program is missing or failed.</exception>
    public static async Task<T> ReadAsync<T>(
        string program,
        IEnumerable<string> arguments,
        Func<TextReader, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Start(start);
        await using var cancelled = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var result = await read(process.StandardOutput);
        await process.WaitForExitAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? result
            : throw new CommandException(
                $"{program} failed: {(await errors).Split('\n').FirstOrDefault(line => line.Length > 0) ?? $"exit code {process.ExitCode}"}"
            );
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new CommandException($"cannot start {start.FileName}: {exception.Message}", exception);
        }
    }
}
