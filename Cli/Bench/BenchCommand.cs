using System.CommandLine;
using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;

namespace EmbedPlatform.Cli.Bench;

/// <summary>
/// <c>embedctl bench</c>. The benchmarks are programs of their own below bench/, built with optimisation: they load ONNX Runtime as a peer, start Node,
/// and measure memory, none of which belongs into this one.
/// </summary>
internal static class BenchCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) =>
        new("bench", "Measures, on this machine, against what others do with the same files.")
        {
            EngineCommand.Create(terminal),
            HttpCommand.Create(terminal),
            ReplicasCommand.Create(terminal),
            Ingest.IngestBenchCommand.Create(terminal),
            SearchBenchCommand.Create(terminal),
            StsCommand.Create(terminal),
        };

    /// <summary>Gives a command's options on to its program below bench/, as far as they were given.</summary>
    internal static Command Passes(this Command command, Terminal terminal, string project, Option[] values, Option<bool>[] flags) =>
        command.Does(
            terminal,
            async (parse, cancellationToken) => await RunAsync(terminal, project, Given(parse, values, flags), cancellationToken)
        );

    /// <summary>The options that were given, as a program below bench/ takes them.</summary>
    internal static IEnumerable<string> Given(ParseResult parse, Option[] values, Option<bool>[] flags) =>
        values
            .Where(option => parse.GetResult(option) is { Implicit: false })
            .SelectMany(option => new[] { option.Name, parse.GetResult(option)!.Tokens[0].Value })
            .Concat(flags.Where(parse.GetValue).Select(flag => flag.Name));

    /// <summary>Builds and runs a program below bench/; its results go to the terminal.</summary>
    internal static async Task<int> RunAsync(
        Terminal terminal,
        string name,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] environment
    )
    {
        var project = Path.Combine(SourceTree.Require($"bench {name.ToLowerInvariant()}"), "bench", name);
        await terminal.Output.FlushAsync(cancellationToken);
        var start = new ProcessStartInfo(
            "dotnet",
            ["run", "--configuration", "Release", "--verbosity", "quiet", "--project", project, "--", .. arguments]
        )
        {
            RedirectStandardOutput = true,
        };
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        using var bench = Process.Start(start) ?? throw new CommandException("dotnet did not start");
        await using var stop = cancellationToken.UnsafeRegister(_ => bench.Kill(entireProcessTree: true), null);
        while (await bench.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            await terminal.Output.WriteLineAsync(line);
            await terminal.Output.FlushAsync(cancellationToken);
        }

        await bench.WaitForExitAsync(cancellationToken);
        return bench.ExitCode;
    }
}
