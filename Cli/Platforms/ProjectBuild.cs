using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>Builds a program of the source tree when its sources are newer.</summary>
internal static class ProjectBuild
{
    /// <summary>Builds a project and returns its program.</summary>
    /// <param name="root">The root of the source tree.</param>
    /// <param name="project">The project's folder.</param>
    /// <param name="assembly">The assembly's name.</param>
    /// <param name="cancellationToken">Stops the build.</param>
    /// <exception cref="CommandException">The project does not build.</exception>
    public static async Task<string> EnsureAsync(string root, string project, string assembly, CancellationToken cancellationToken)
    {
        // Under the guard, so that the build stops when this process is killed.
        var start = new ProcessStartInfo(
            "bash",
            [Path.Combine(root, "eng", "native", "guard.sh"), "bash", Path.Combine(root, "eng", "build.sh"), project]
        )
        {
            WorkingDirectory = root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var build = Process.Start(start)!;
        await using var cancelled = cancellationToken.Register(build.StandardInput.Close);
        var output = await Task.WhenAll(
            build.StandardError.ReadToEndAsync(CancellationToken.None),
            build.StandardOutput.ReadToEndAsync(CancellationToken.None)
        );
        await build.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (build.ExitCode != 0)
        {
            var reason = output.SelectMany(text => text.Split('\n')).FirstOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim();
            throw new CommandException($"{project} does not build: {reason ?? $"exit code {build.ExitCode}"}");
        }

        var program = Path.Combine(root, project, "bin", "Debug", "net10.0", $"{assembly}.dll");
        return File.Exists(program) ? program : throw new CommandException($"{program} does not exist after the build");
    }
}
