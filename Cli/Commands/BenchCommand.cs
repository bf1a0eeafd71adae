using System.CommandLine;
using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Cli.Platforms;

namespace EmbedPlatform.Cli.Commands;

/// <summary>
/// <c>embedctl bench</c>: builds the program in bench/ and passes it the rest of the command line. Benchmarks are a separate
/// program because they load peers such as llama.cpp and measure memory. Only <c>sts</c>, which needs no source tree, runs in this process.
/// </summary>
internal static class BenchCommand
{
    /// <summary>The line of progress while the bench program is built.</summary>
    internal const string BuildMessage = "building the bench program";

    private const int StopSeconds = 14;
    private static readonly TimeSpan SilentBuildTime = TimeSpan.FromSeconds(3);

    public static Command Create(Terminal terminal)
    {
        var command = new Command("bench", "Benchmarks the platform on this machine against peers that run on the same files.")
        {
            StsCommand.Create(terminal),
        };
        command.TreatUnmatchedTokensAsErrors = false;
        // Takes precedence over the root's help option, so that the bench program prints its own help.
        command.Options.Add(new Option<bool>("--help", "-h", "-?") { Hidden = true });
        return command.WithAction(
            terminal,
            (parse, cancellationToken) => RunAsync(parse.Tokens.Skip(1).Select(token => token.Value), terminal, cancellationToken)
        );
    }

    private static async Task<int> RunAsync(IEnumerable<string> arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var root = SourceTree.Require("bench");
        var build = ProjectBuild.EnsureAsync(root, "bench", "EmbedPlatform.Bench", cancellationToken);
        if (await Task.WhenAny(build, Task.Delay(SilentBuildTime, cancellationToken)) != build)
        {
            terminal.WriteErrorLine(BuildMessage);
        }

        var program = await build;
        await terminal.Output.FlushAsync(cancellationToken);
        CleanUp.Begin();
        try
        {
            // Under the guard, so that neither the program nor the services it starts outlive this process.
            var start = new ProcessStartInfo(
                "bash",
                [Path.Combine(root, "eng", "native", "guard.sh"), "--owner-stops", "dotnet", program, .. arguments]
            )
            {
                RedirectStandardInput = true,
            };
            start.Environment["GUARD_GRACE_SECONDS"] = $"{StopSeconds}";
            using var bench = Process.Start(start) ?? throw new CommandException("bash did not start");
            await using var stop = cancellationToken.UnsafeRegister(_ => bench.StandardInput.Close(), null);
            await bench.WaitForExitAsync(CancellationToken.None);
            return bench.ExitCode;
        }
        finally
        {
            CleanUp.End();
        }
    }
}
