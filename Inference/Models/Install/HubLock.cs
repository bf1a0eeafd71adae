using System.Text.Json;

namespace EmbedPlatform.Inference.Models.Install;

/// <summary>models.lock.json: the hash of every file that was ever pulled, by repository and commit, so that a later pull gets the same or nothing.</summary>
internal sealed class HubLock(string root)
{
    private const string FileName = "models.lock.json";
    private static readonly Lock Gate = new();

    private string FilePath => Path.Combine(root, FileName);

    public string? Find(string repository, string revision, string path) =>
        Load().GetValueOrDefault($"{repository}@{revision}")?.GetValueOrDefault(path);

    public void Record(string repository, string revision, string path, string sha256)
    {
        lock (Gate)
        {
            var all = Load();
            var key = $"{repository}@{revision}";
            if (!all.TryGetValue(key, out var files))
            {
                all[key] = files = new(StringComparer.Ordinal);
            }

            files[path] = sha256;
            ModelJson.WriteAtomically(FilePath, all);
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
            return JsonSerializer.Deserialize<SortedDictionary<string, SortedDictionary<string, string>>>(File.ReadAllBytes(FilePath), ModelJson.Options)!;
        }
        catch (JsonException problem)
        {
            throw new ModelPullException($"{FilePath} is broken ({problem.Message}); correct or delete it.", problem);
        }
    }
}
