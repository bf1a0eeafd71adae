using System.Net.Http.Headers;
using System.Text.Json;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Installation;

/// <summary>A file that is not complete yet, with what the host said about the whole: NAME.part and NAME.part.json.</summary>
internal sealed class PartFile
{
    private readonly string _target;
    private About _about;

    public PartFile(string target)
    {
        _target = target;
        _about = Load();
    }

    public string Path => $"{_target}.part";

    public long Length => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    /// <summary>The tag under which the host would continue this very file.</summary>
    public EntityTagHeaderValue? ETag => EntityTagHeaderValue.TryParse(_about.ETag, out var tag) ? tag : null;

    /// <summary>The hash that the host states.</summary>
    public string? Sha256 => _about.Sha256;

    private string AboutPath => $"{Path}.json";

    public void Describe(EntityTagHeaderValue? tag, string? sha256)
    {
        _about = new About(tag?.ToString(), sha256);
        ModelJson.WriteAtomically(AboutPath, _about);
    }

    /// <summary>Opens the part for what follows a position; what lies behind it is cut off.</summary>
    public FileStream Open(long position)
    {
        var stream = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        stream.SetLength(position);
        stream.Position = position;
        return stream;
    }

    public void Delete()
    {
        File.Delete(Path);
        File.Delete(AboutPath);
        _about = new About(null, null);
    }

    public void Finish()
    {
        File.Move(Path, _target, overwrite: true);
        File.Delete(AboutPath);
    }

    private About Load()
    {
        try
        {
            return JsonSerializer.Deserialize<About>(File.ReadAllBytes(AboutPath), ModelJson.Options) ?? new About(null, null);
        }
        catch (Exception problem) when (problem is IOException or JsonException)
        {
            return new About(null, null);
        }
    }

    private sealed record About(string? ETag = null, string? Sha256 = null);
}
