using System.Diagnostics;

namespace EmbedPlatform.Deploy.Tests;

/// <summary>Runs a program to its end.</summary>
internal static class Shell
{
    /// <summary>Its exit code and what it printed, standard output first.</summary>
    public static async Task<(int Code, string Output)> RunAsync(
        CancellationToken cancellationToken,
        string program,
        params string[] arguments
    )
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The build servers of a `dotnet` that a test starts would outlive it.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + await errors);
    }
}
