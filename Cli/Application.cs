using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli;

/// <summary>The process: runs one command and exits when it is interrupted.</summary>
internal static class Application
{
    /// <summary>How long an interrupted command may take to stop the processes it started.</summary>
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(15);

    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="create">Creates the commands.</param>
    /// <returns>0 for success, 1 for a failure, 2 for wrong usage, 128 + the signal's number after an interruption.</returns>
    public static async Task<int> RunAsync(string[] args, Func<Terminal, Command> create)
    {
        using var interruption = new SignalHandler();
        using var terminal = Terminal.OfProcess();
        // Reads of standard input cannot be cancelled, so the command has its own thread and the process does not wait for it.
        var command = Task.Run(() => create(terminal).RunAsync(args, terminal, interruption.Token));
        await Task.WhenAny(command, interruption.Requested);
        if (!interruption.Requested.IsCompleted)
        {
            return await command;
        }

        var grace = CleanUp.IsNeeded ? CleanUpTime : TimeSpan.FromMilliseconds(200);
        await Task.WhenAny(command, Task.Delay(grace));
        return await interruption.Requested;
    }
}
