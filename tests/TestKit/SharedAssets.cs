using Xunit;

namespace EmbedPlatform.TestKit;

/// <summary>Evaluation data, golden encodings and test models that lie beside the repository and are never part of it.</summary>
public static class SharedAssets
{
    /// <summary>The environment variable that names the folder where it does not lie at <c>shared/assets</c> of a parent folder.</summary>
    public const string EnvironmentVariable = "EMBEDPLATFORM_ASSETS";

    private static readonly string? Root = Find();

    /// <summary>Returns the path of a file or folder of the assets, or skips the running test with a clear word.</summary>
    /// <param name="relativePath">The path below the assets folder, with forward slashes.</param>
    public static string Require(string relativePath)
    {
        Assert.SkipWhen(Root is null, $"needs the shared assets ({relativePath}); set {EnvironmentVariable} to their folder");
        var path = Path.Combine(Root!, relativePath);
        Assert.SkipUnless(Path.Exists(path), $"the shared assets have no {relativePath}");
        return path;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } configured)
        {
            return configured;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "assets");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
