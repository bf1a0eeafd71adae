using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli;

/// <summary>The process: runs one command and ends at once when it is interrupted.</summary>
internal static class Application
{
    /// <summary>How long an interrupted command may take to end what it started.</summary>
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(15);

    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>0 success, 1 failure, 2 wrong usage, 128 + the signal's number when interrupted.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        using var interruption = new Interruption();
        using var terminal = Terminal.OfProcess();
        // Reads of standard input cannot be cancelled, so the command has its own thread and the process does not wait for it.
        var command = Task.Run(() => CommandTree.InvokeAsync(args, terminal, interruption.Token));
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
