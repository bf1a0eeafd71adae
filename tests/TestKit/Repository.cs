namespace EmbedPlatform.TestKit;

/// <summary>Where the repository that the running test was built from lies.</summary>
public static class Repository
{
    /// <summary>The folder that holds EmbedPlatform.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>The full path of a file or folder of the repository.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The full path of a project's assembly, built in the configuration of the running test.</summary>
    public static string Built(string project, string assembly) =>
        PathOf(
            project,
            AppContext.BaseDirectory[(AppContext.BaseDirectory.LastIndexOf("/bin/", StringComparison.Ordinal) + 1)..],
            assembly
        );

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EmbedPlatform.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"EmbedPlatform.sln is in no parent folder of {AppContext.BaseDirectory}");
    }
}
