using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Cli.Platforms;

/// <summary>The checkout that this program was built from.</summary>
internal static class SourceTree
{
    /// <summary>The folder that holds EmbedPlatform.sln; null where the program runs outside a checkout.</summary>
    public static string? Root { get; } = Find();

    /// <summary>The folder where the platform keeps its state unless told otherwise.</summary>
    public static string DefaultDataFolder => Path.Combine(Root ?? Environment.CurrentDirectory, ".data");

    /// <summary>The checkout's root.</summary>
    /// <param name="purpose">What it is needed for.</param>
    /// <exception cref="CommandException">The program runs outside a checkout.</exception>
    public static string Require(string purpose) =>
        Root ?? throw new CommandException($"{purpose} needs the platform's source tree, and this program is not inside one");

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
