using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>The source tree that this program was built from.</summary>
internal static class SourceTree
{
    /// <summary>The folder that holds EmbedPlatform.sln; null if the program runs outside a source tree.</summary>
    public static string? Root { get; } = Find();

    /// <summary>The platform's default data folder.</summary>
    public static string DefaultDataFolder => Path.Combine(Root ?? Environment.CurrentDirectory, ".data");

    /// <summary>The root of the source tree.</summary>
    /// <param name="purpose">The command or option that needs it, for the error.</param>
    /// <exception cref="CommandException">The program runs outside a source tree.</exception>
    public static string Require(string purpose) =>
        Root ?? throw new CommandException($"{purpose} needs the platform's source tree, but embedctl does not run inside one");

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EmbedPlatform.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
