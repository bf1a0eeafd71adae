using System.ComponentModel;
using System.Text;
using CliWrap;
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
        T? result = default;
        var errors = new StringBuilder();
        var command = new Command(program)
            .WithArguments(arguments)
            .WithEnvironmentVariables(variables => variables.Set("LC_ALL", "C.UTF-8"))
            .WithStandardOutputPipe(PipeTarget.Create(async (output, _) => result = await read(new StreamReader(output))))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(errors))
            .WithValidation(CommandResultValidation.None);
        try
        {
            var run = await command.ExecuteAsync(cancellationToken);
            var reason = errors.ToString().Split('\n').FirstOrDefault(line => line.Length > 0) ?? $"exit code {run.ExitCode}";
            return run.IsSuccess ? result! : throw new CommandException($"{program} failed: {reason}");
        }
        catch (Win32Exception exception)
        {
            throw new CommandException($"cannot start {program}: {(exception.InnerException ?? exception).Message}", exception);
        }
    }
}
