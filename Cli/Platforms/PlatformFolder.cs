namespace EmbedPlatform.Cli.Platforms;

/// <summary>Where a started platform keeps its state.</summary>
/// <param name="Path">The data folder, absolute.</param>
/// <param name="LogFile">What the platform says.</param>
/// <param name="IsTemporary">Whether it goes when the platform ends.</param>
internal sealed record PlatformFolder(string Path, string LogFile, bool IsTemporary)
{
    /// <summary>What the AppHost is told besides: a platform that goes again leaves the usual ports to one that stays, and nobody looks at it.</summary>
    public IEnumerable<string> Options =>
        IsTemporary ? ["--Ports:Search=0", "--Ports:Embed=0", "--Ports:Rerank=0", "--Dashboard=false"] : [];

    /// <summary>A folder that stays.</summary>
    public static PlatformFolder Kept(string path)
    {
        var folder = System.IO.Path.GetFullPath(path);
        return new PlatformFolder(folder, System.IO.Path.Combine(folder, "run", "platform.log"), IsTemporary: false);
    }

    /// <summary>A new folder that goes when the platform ends.</summary>
    public static PlatformFolder Temporary()
    {
        var folder = System.IO.Path.Combine(SourceTree.DefaultDataFolder, "cli", Guid.NewGuid().ToString("n")[..8]);
        return new PlatformFolder(folder, folder + ".log", IsTemporary: true);
    }

    /// <summary>Makes the folder and the log's.</summary>
    public void Create()
    {
        Directory.CreateDirectory(Path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(LogFile)!);
    }

    /// <summary>Removes the folder if it is temporary.</summary>
    /// <param name="keepLog">Whether somebody may want to read the log.</param>
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
