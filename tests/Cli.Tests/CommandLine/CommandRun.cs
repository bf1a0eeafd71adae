using System.Text;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Tests.CommandLine;

/// <summary>What a command did, run inside the test's process.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a command with an empty standard input.</summary>
    public static Task<CommandRun> OfAsync(params string[] args) => WithInputAsync("", args);

    /// <summary>Runs a command that reads a text.</summary>
    public static async Task<CommandRun> WithInputAsync(string input, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var terminal = new Terminal(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error);
        var exitCode = await CommandTree.Create(terminal).RunAsync(args, terminal, TestContext.Current.CancellationToken);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The lines of standard error.</summary>
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
