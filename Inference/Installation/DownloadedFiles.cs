using System.Text.Json;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Installation;

/// <summary>The hashes of the complete files in a staging folder, so that none is fetched again after an interruption.</summary>
internal sealed class DownloadedFiles
{
    private readonly string _path;
    private readonly Dictionary<string, string> _hashes;

    public DownloadedFiles(string folder)
    {
        _path = Path.Combine(folder, "fetched.json");
        _hashes = Load();
    }

    /// <summary>The hashes by the files' paths in the repository.</summary>
    public IReadOnlyDictionary<string, string> All => _hashes;

    public string? Find(string path) => _hashes.GetValueOrDefault(path);

    public void Add(string path, string sha256)
    {
        _hashes[path] = sha256;
        ModelJson.WriteAtomically(_path, _hashes);
    }

    public void Delete() => File.Delete(_path);

    private Dictionary<string, string> Load()
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(_path), ModelJson.Options) ?? [];
        }
        catch (Exception problem) when (problem is IOException or JsonException)
        {
            return [];
        }
    }
}
