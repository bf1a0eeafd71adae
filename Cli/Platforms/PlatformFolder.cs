namespace EmbedPlatform.Cli.Platforms;

/// <summary>The data folder of a started platform.</summary>
/// <param name="Path">The data folder, absolute.</param>
/// <param name="LogFile">The platform's log.</param>
/// <param name="IsTemporary">Whether it is deleted when the platform ends.</param>
internal sealed record PlatformFolder(string Path, string LogFile, bool IsTemporary)
{
    /// <summary>Further AppHost options: a temporary platform leaves the usual ports free and has no dashboard.</summary>
    public IEnumerable<string> Options =>
        IsTemporary ? ["--Ports:Search=0", "--Ports:Embed=0", "--Ports:Rerank=0", "--Dashboard=false"] : [];

    /// <summary>A folder that is kept.</summary>
    public static PlatformFolder Kept(string path)
    {
        var folder = System.IO.Path.GetFullPath(path);
        return new PlatformFolder(folder, System.IO.Path.Combine(folder, "run", "platform.log"), IsTemporary: false);
    }

    /// <summary>A new folder that is deleted when the platform ends.</summary>
    public static PlatformFolder Temporary()
    {
        var folder = System.IO.Path.Combine(SourceTree.DefaultDataFolder, "cli", Guid.NewGuid().ToString("n")[..8]);
        return new PlatformFolder(folder, folder + ".log", IsTemporary: true);
    }

    /// <summary>Creates the folder and that of the log.</summary>
    public void Create()
    {
        Directory.CreateDirectory(Path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(LogFile)!);
    }

    /// <summary>Deletes the folder if it is temporary.</summary>
    /// <param name="keepLog">Whether the log is kept.</param>
    public void Clear(bool keepLog)
    {
        if (!IsTemporary)
        {
            return;
        }

        Directory.Delete(Path, recursive: true);
        if (!keepLog)
        {
            File.Delete(LogFile);
        }
    }
}
