using EmbedPlatform.Cli.CommandLine;

namespace EmbedPlatform.Bench.Corpus;

/// <summary>The shared assets: tokenizers and data sets beside the checkout, or in the folder that EMBEDPLATFORM_ASSETS names.</summary>
internal static class SharedAssets
{
    private const string Variable = "EMBEDPLATFORM_ASSETS";

    /// <summary>The path of a file of the shared assets; null if it is missing.</summary>
    public static string? Find(string path)
    {
        IEnumerable<string> folders = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured ? [configured] : Parents();
        return folders.Select(folder => Path.Combine(folder, path)).FirstOrDefault(File.Exists);
    }

    /// <summary>The path of a file of the shared assets.</summary>
    /// <param name="path">The file.</param>
    /// <param name="instead">The options that name another file.</param>
    /// <exception cref="CommandException">It is missing.</exception>
    public static string Require(string path, string instead) =>
        Find(path)
        ?? throw new CommandException($"the shared assets do not have {path}: pass {instead}, or set {Variable} to their folder");

    private static IEnumerable<string> Parents()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "shared", "assets");
        }
    }
}
