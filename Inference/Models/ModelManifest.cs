using System.Security.Cryptography;
using System.Text.Json;

namespace EmbedPlatform.Inference.Models;

/// <summary>model.json in the folder of an installed model: which model lies there and the hash of every file. Written last.</summary>
internal sealed record ModelManifest(string Id, string Revision, string Variant, IReadOnlyList<ManifestFile> Files)
{
    public const string FileName = "model.json";

    public string Model { get; init; } = "model.onnx";

    public string Tokenizer { get; init; } = "tokenizer.json";

    /// <summary>
    /// The ids of the models it was derived from, nearest first; null if it is an original model or its origin is unknown.
    /// </summary>
    public IReadOnlyList<string>? MadeFrom { get; init; }

    /// <summary>The model's entry, if it is not in the catalogue.</summary>
    public CatalogEntry? Entry { get; init; }

    /// <summary>The manifest of a folder; null where there is none or it cannot be read.</summary>
    public static ModelManifest? TryLoad(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<ModelManifest>(File.ReadAllBytes(Path.Combine(folder, FileName)), ModelJson.Options);
        }
        catch (Exception problem) when (problem is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A manifest of files as they lie in a folder now.</summary>
    public static async Task<ModelManifest> DescribeAsync(
        string folder,
        string id,
        string revision,
        string variant,
        IEnumerable<string> files,
        CancellationToken cancellationToken
    )
    {
        var described = new List<ManifestFile>();
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file);
            described.Add(new ManifestFile(file, new FileInfo(path).Length, await HashAsync(path, cancellationToken)));
        }

        return new ModelManifest(id, revision, variant, described);
    }

    public static Task<string> HashAsync(string path, CancellationToken cancellationToken) =>
        FileHash.ComputeAsync(path, HashAlgorithmName.SHA256, cancellationToken);

    /// <summary>Describes a missing file or one of the wrong size; null if the model is complete. Does not read contents.</summary>
    public string? Incomplete(string folder)
    {
        foreach (var file in Files.Append(new ManifestFile(Model, -1, "")).Append(new ManifestFile(Tokenizer, -1, "")))
        {
            var info = new FileInfo(Path.Combine(folder, file.Path));
            if (!info.Exists || (file.Size >= 0 && info.Length != file.Size))
            {
                return $"{file.Path} is {(info.Exists ? $"{info.Length} bytes long, not {file.Size}" : "missing")}";
            }
        }

        return Files.Any(file => file.Path == Model) && Files.Any(file => file.Path == Tokenizer)
            ? null
            : $"{FileName} has no hash of the model or the tokenizer";
    }

    /// <summary>Describes the first file whose hash differs from the manifest; null if none does.</summary>
    public string? Damaged(string folder)
    {
        foreach (var file in Files)
        {
            using var stream = new FileStream(Path.Combine(folder, file.Path), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
            if (Convert.ToHexStringLower(SHA256.HashData(stream)) != file.Sha256)
            {
                return $"{file.Path} is damaged";
            }
        }

        return null;
    }
}

/// <summary>A file of an installed model: its path in the folder, its bytes and their hash in lower-case hexadecimal.</summary>
internal sealed record ManifestFile(string Path, long Size, string Sha256);
