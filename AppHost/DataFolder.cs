using System.Security.Cryptography;

namespace EmbedPlatform.AppHost;

/// <summary>The folder with a run's databases, passwords and addresses.</summary>
internal sealed class DataFolder(string configured, string appHostDirectory)
{
    /// <summary>The folder's path.</summary>
    public string Root { get; } =
        configured.Length > 0 ? Path.GetFullPath(configured) : Path.Combine(Path.GetDirectoryName(appHostDirectory)!, ".data");

    /// <summary>The file with the addresses of a running platform.</summary>
    public string Endpoints => Path.Combine(Root, "run", "endpoints.json");

    /// <summary>The path of a file or folder in it.</summary>
    public string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Locks the folder for this process until the result is disposed or the process ends.</summary>
    /// <exception cref="RefusedException">Another AppHost uses it, or it is not writable.</exception>
    public IDisposable Take()
    {
        try
        {
            Directory.CreateDirectory(PathOf("run"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"cannot create the data folder {Root}: {e.Message}");
        }

        try
        {
            // The system releases the lock when the process ends, even when it is killed.
            return new FileStream(PathOf("run", "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new RefusedException($"cannot write to the data folder {Root}: {e.Message}");
        }
        catch (IOException)
        {
            throw new RefusedException($"another AppHost uses the data folder {Root}; stop it, or choose another folder with --DataFolder");
        }
    }

    /// <summary>The path of a file with a random password that only this user may read; created if it is missing.</summary>
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
