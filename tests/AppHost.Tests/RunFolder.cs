namespace EmbedPlatform.AppHost.Tests;

/// <summary>A data folder of one test.</summary>
public sealed class RunFolder : IDisposable
{
    public RunFolder()
    {
        if (!OperatingSystem.IsWindows())
        {
            // The database server runs as another user when the tests run as root.
            File.SetUnixFileMode(Root, (UnixFileMode)0b111_101_101);
        }
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("embedplatform-apphost-").FullName;

    public string Endpoints => Path.Combine(Root, "run", "endpoints.json");

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
