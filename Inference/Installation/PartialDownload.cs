using System.Net.Http.Headers;
using System.Text.Json;
using EmbedPlatform.Inference.Models;

namespace EmbedPlatform.Inference.Installation;

/// <summary>A partially downloaded file with the host's metadata about the whole: NAME.part and NAME.part.json.</summary>
internal sealed class PartialDownload
{
    private readonly string _target;
    private PartMetadata _metadata;

    public PartialDownload(string target)
    {
        _target = target;
        _metadata = Load();
    }

    public string Path => $"{_target}.part";

    public long Length => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    /// <summary>The ETag for continuing the download.</summary>
    public EntityTagHeaderValue? ETag => EntityTagHeaderValue.TryParse(_metadata.ETag, out var tag) ? tag : null;

    /// <summary>The hash that the host states.</summary>
    public string? Sha256 => _metadata.Sha256;

    private string MetadataPath => $"{Path}.json";

    public void Describe(EntityTagHeaderValue? tag, string? sha256)
    {
        _metadata = new PartMetadata(tag?.ToString(), sha256);
        ModelJson.WriteAtomically(MetadataPath, _metadata);
    }

    /// <summary>Opens the part for writing at a position and truncates it there.</summary>
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
        File.Delete(MetadataPath);
        _metadata = new PartMetadata(null, null);
    }

    public void Finish()
    {
        File.Move(Path, _target, overwrite: true);
        File.Delete(MetadataPath);
    }

    private PartMetadata Load()
    {
        try
        {
            return JsonSerializer.Deserialize<PartMetadata>(File.ReadAllBytes(MetadataPath), ModelJson.Options)
                ?? new PartMetadata(null, null);
        }
        catch (Exception problem) when (problem is IOException or JsonException)
        {
            return new PartMetadata(null, null);
        }
    }

    private sealed record PartMetadata(string? ETag = null, string? Sha256 = null);
}
