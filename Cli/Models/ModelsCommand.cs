using System.CommandLine;
using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Models;

/// <summary><c>embedctl models</c>.</summary>
internal static class ModelsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new("models", "Lists, fetches and imports models.");
}
