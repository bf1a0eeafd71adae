using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Bench;

/// <summary><c>embedctl bench</c>.</summary>
internal static class BenchCommand
{
    public static Command Create(Terminal terminal) => new("bench", "Measures the engine and its models.")
    {
        StsCommand.Create(terminal),
    };
}
