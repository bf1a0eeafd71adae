using System.CommandLine;
using System.Diagnostics;
using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Platforms;

namespace EmbedPlatform.Cli.Demo;

/// <summary><c>embedctl demo</c>.</summary>
internal static class DemoCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "demo",
            "Indexes Debian's package descriptions (without apt: this repository's pages), searches five everyday questions and\n"
                + "keeps running. With --exit it ends after the questions; the exit code is 0 only if all documents were indexed and\n"
                + "all questions had results."
        );
        var exit = command.AddOption(new Option<bool>("--exit") { Description = "Exit after the questions" });
        var all = command.AddOption(new Option<bool>("--all") { Description = "Index all packages instead of a selection" });
        var count = command.AddOption(
            new Option<int>("--count", "-n") { Description = "Number of packages", DefaultValueFactory = _ => 10_000 }.InRange(1, 1_000_000)
        );
        var collection = command.AddOption(
            new Option<string>("--collection", "-c")
            {
                Description = "The collection to index into",
                HelpName = "NAME",
                DefaultValueFactory = _ => "packages",
            }
        );
        var platformOptions = PlatformOptions.AddTo(command, keepsData: true);

        return command.WithAction(
            terminal,
            async (parse, cancellationToken) =>
            {
                var watch = Stopwatch.StartNew();
                var reading = DemoCorpus.ReadAsync(parse.GetValue(all) ? null : parse.GetValue(count), terminal, cancellationToken);
                await using var platform = await platformOptions.ConnectAsync(parse, terminal, cancellationToken);
                var run = new DemoRun(platform.Search, parse.GetRequiredValue(collection), terminal);
                var isWell = await run.RunAsync(await reading, cancellationToken);
                await terminal.Output.WriteLineAsync($"finished in {watch.Elapsed.TotalSeconds:0.0} s");
                if (parse.GetValue(exit))
                {
                    return isWell ? 0 : 1;
                }

                Introduce(terminal, platform, run.Collection);
                await platform.StayAsync(cancellationToken);
                return 0;
            }
        );
    }

    private static void Introduce(Terminal terminal, Platform platform, string collection)
    {
        terminal.Output.WriteLine();
        terminal.Output.WriteLine("The platform is running:");
        foreach (var (name, address) in platform.Endpoints.All)
        {
            terminal.Output.WriteLine($"  {name,-7} {address}");
        }

        if (platform.Endpoints.Dashboard is { } dashboard)
        {
            terminal.Output.WriteLine($"  traces  {dashboard}");
        }

        terminal.Output.WriteLine($"Try: ./embedctl search -c {collection} \"turn speech into text\"");
        terminal.Output.WriteLine(platform.IsOurs ? "Ctrl-C stops the platform." : "Ctrl-C ends this command; the platform keeps running.");
        terminal.Output.Flush();
    }
}
