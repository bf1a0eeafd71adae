using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>The AppHost's program, built when its sources are newer.</summary>
internal static class AppHostBuild
{
    /// <summary>Builds what changed and returns the program's path.</summary>
    /// <exception cref="CommandException">It does not build.</exception>
    public static async Task<string> EnsureAsync(string root, CancellationToken cancellationToken)
    {
        // Under the guard, so that a build does not go on after this process was killed.
        var start = new ProcessStartInfo(
            "bash",
            [Path.Combine(root, "eng", "native", "guard.sh"), "bash", Path.Combine(root, "eng", "build.sh"), "AppHost"]
        )
        {
            WorkingDirectory = root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var build = Process.Start(start)!;
        await using var cancelled = cancellationToken.Register(build.StandardInput.Close);
        var said = await Task.WhenAll(
            build.StandardError.ReadToEndAsync(CancellationToken.None),
            build.StandardOutput.ReadToEndAsync(CancellationToken.None)
        );
        await build.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (build.ExitCode != 0)
        {
            var why = said.SelectMany(text => text.Split('\n')).FirstOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim();
            throw new CommandException($"the platform does not build: {why ?? $"exit code {build.ExitCode}"}");
        }

        var program = Path.Combine(root, "AppHost", "bin", "Debug", "net10.0", "EmbedPlatform.AppHost.dll");
        return File.Exists(program) ? program : throw new CommandException($"{program} is not there after a build");
    }
}
