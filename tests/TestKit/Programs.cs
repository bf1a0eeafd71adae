using CliWrap;
using CliWrap.Buffered;
using Xunit;

namespace EmbedPlatform.TestKit;

/// <summary>Runs programs to their end.</summary>
public static class Programs
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Runs a program with an empty standard input, or what <paramref name="with"/> gives it. Awaited, it returns the exit code, the
    /// standard output and the standard error; before that, it has the process id. The program is killed with its children when the test
    /// is cancelled.
    /// </summary>
    public static CommandTask<BufferedCommandResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        Func<Command, Command>? with = null
    )
    {
        var command = new Command(program)
            .WithArguments(arguments)
            // The build servers of a `dotnet` that a test starts would outlive it.
            .WithEnvironmentVariables(variables => variables.Set("MSBUILDDISABLENODEREUSE", "1"))
            .WithValidation(CommandResultValidation.None);
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        var run = (with?.Invoke(command) ?? command).ExecuteBufferedAsync(limit.Token);
        return new CommandTask<BufferedCommandResult>(EndAsync(), run.ProcessId);

        async Task<BufferedCommandResult> EndAsync()
        {
            using (limit)
            {
                return await run;
            }
        }
    }
}
