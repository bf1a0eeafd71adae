using System.Text.Json;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Installation;

/// <summary>
/// models.lock.json: the commit that every pulled branch stood for and the hash of every file that was pulled, by repository (or package)
/// and revision, so that a later pull, even on another machine with the same lock file, gets the same bytes or fails.
/// </summary>
internal sealed class PullLock(string root)
{
    private const string FileName = "models.lock.json";
    private const string CommitKey = "@commit";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private string FilePath => Path.Combine(root, FileName);

    public string? Find(string repository, string revision, string path) =>
        Load().GetValueOrDefault($"{repository}@{revision}")?.GetValueOrDefault(path);

    /// <summary>The commit that a branch stood for when it was pulled first.</summary>
    public string? Commit(string repository, string branch) => Find(repository, branch, CommitKey);

    /// <summary>Records a pull.</summary>
    /// <param name="repository">The repository or package.</param>
    /// <param name="revision">The requested commit, branch or version.</param>
    /// <param name="commit">The resolved commit.</param>
    /// <param name="hashes">The hashes by the files' paths.</param>
    public void Record(string repository, string revision, string commit, IReadOnlyDictionary<string, string> hashes)
    {
        using var held = Hold();
        var all = Load();
        foreach (var (path, sha256) in hashes)
        {
            Set(commit, path, sha256);
        }

        if (commit != revision)
        {
            Set(revision, CommitKey, commit);
        }

        ModelJson.WriteAtomically(FilePath, all);

        void Set(string locked, string path, string value)
        {
            var key = $"{repository}@{locked}";
            if (!all.TryGetValue(key, out var files))
            {
                all[key] = files = new(StringComparer.Ordinal);
            }

            files[path] = value;
        }
    }

    /// <summary>Held by one process at a time for read, modify and write.</summary>
    private FileStream Hold()
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(root, StagingFolder.FolderName)).FullName, $"{FileName}.held");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                Thread.Sleep(Poll);
            }
        }
    }

    private SortedDictionary<string, SortedDictionary<string, string>> Load()
    {
        if (!File.Exists(FilePath))
        {
            return new(StringComparer.Ordinal);
        }

        try
        {
            return JsonSerializer.Deserialize<SortedDictionary<string, SortedDictionary<string, string>>>(
                File.ReadAllBytes(FilePath),
                ModelJson.Options
            )!;
        }
        catch (JsonException problem)
        {
            throw new ModelPullException($"{FilePath} cannot be read ({problem.Message}); fix or delete it.", problem);
        }
    }
}
