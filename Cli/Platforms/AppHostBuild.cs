using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>The AppHost's program, built when its sources are newer.</summary>
internal static class AppHostBuild
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    /// <summary>Builds what changed and returns the program's path.</summary>
    /// <exception cref="CommandException">It does not build.</exception>
    public static async Task<string> EnsureAsync(string root, CancellationToken cancellationToken)
    {
        var build = new ProcessStartInfo("dotnet", ["build", "AppHost", "-c", Configuration, "-v", "q", "--nologo"])
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(build) ?? throw new CommandException("dotnet could not be started");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                var first = (await output + await errors).Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal));
                throw new CommandException($"the platform does not build: {first?.Trim() ?? $"dotnet build ended with {process.ExitCode}"}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        var program = Path.Combine(root, "AppHost", "bin", Configuration, "net10.0", "EmbedPlatform.AppHost.dll");
        return File.Exists(program) ? program : throw new CommandException($"{program} is not there after a build");
    }
}
