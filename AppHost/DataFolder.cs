using System.Security.Cryptography;

namespace EmbedPlatform.AppHost;

/// <summary>Where a run keeps its databases, passwords and addresses.</summary>
internal sealed class DataFolder(string configured, string appHostDirectory)
{
    /// <summary>The folder itself.</summary>
    public string Root { get; } =
        configured.Length > 0 ? Path.GetFullPath(configured) : Path.Combine(Path.GetDirectoryName(appHostDirectory)!, ".data");

    /// <summary>Where a running platform says where it can be reached.</summary>
    public string Endpoints => Path.Combine(Root, "run", "endpoints.json");

    /// <summary>The path of something in the folder.</summary>
    public string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Makes the folder this process's own until the result is disposed or the process ends, however it ends.</summary>
    /// <exception cref="RefusedException">Another AppHost has it, or it cannot be written.</exception>
    public IDisposable Take()
    {
        try
        {
            Directory.CreateDirectory(PathOf("run"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"the data folder {Root} cannot be made: {e.Message}");
        }

        try
        {
            // The system takes the lock away with the process, also with a killed one.
            return new FileStream(PathOf("run", "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new RefusedException($"the data folder {Root} cannot be written: {e.Message}");
        }
        catch (IOException)
        {
            throw new RefusedException($"another AppHost uses the data folder {Root}; stop it, or choose another folder with --DataFolder");
        }
    }

    /// <summary>The path of a file with a random password that only this user may read; made where it is missing.</summary>
    public string PasswordFile(string name)
    {
        var path = PathOf(name);
        if (!File.Exists(path))
        {
            WriteSecret(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
        }

        return path;
    }

    /// <summary>Writes a new file that only this user may read.</summary>
    public static void WriteSecret(string path, string content)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(content);
    }
}
