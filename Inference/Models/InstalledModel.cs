namespace EmbedPlatform.Inference.Models;

/// <summary>A model whose files lie complete in a folder.</summary>
/// <param name="Entry">What the model is.</param>
/// <param name="Folder">The full path of its folder.</param>
/// <param name="ModelPath">The full path of the ONNX file.</param>
/// <param name="TokenizerPath">The full path of the tokenizer.json.</param>
/// <param name="Revision">The identity of the weights: a commit, a package version or a hash.</param>
/// <param name="Variant">The numeric form of the weights: <c>fp32</c> or <c>int8</c>.</param>
public sealed record InstalledModel(
    CatalogEntry Entry,
    string Folder,
    string ModelPath,
    string TokenizerPath,
    string Revision,
    string Variant
)
{
    /// <summary>The bytes of its files, of which weights are nearly all.</summary>
    public long SizeBytes { get; init; }

    /// <summary>The ids of the models that it was made from (quantised, imported under another id), the nearest first.</summary>
    public IReadOnlyList<string> MadeFrom { get; init; } = [];
}

/// <summary>The model that stands for <c>default</c> on this machine.</summary>
/// <param name="Model">Where it lies.</param>
/// <param name="Reason">Why those that the catalogue prefers were not taken; null where it is the first.</param>
public sealed record DefaultModel(InstalledModel Model, string? Reason);

/// <summary>A model in a listing.</summary>
/// <param name="Entry">What the model is.</param>
/// <param name="Model">Where it lies; null where it is not installed.</param>
/// <param name="SizeBytes">The bytes of its files; 0 where it is not installed.</param>
/// <param name="IsDefault">Whether it is one of its task's defaults.</param>
public sealed record ModelListing(CatalogEntry Entry, InstalledModel? Model, long SizeBytes, bool IsDefault)
{
    /// <summary>Whether the model can be loaded.</summary>
    public bool Installed => Model is not null;
}

/// <summary>How far a pull is.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Step">What is being done, in words for people.</param>
/// <param name="File">The file that is being fetched, if one is.</param>
/// <param name="Bytes">How much of the file is there.</param>
/// <param name="TotalBytes">Its size, where the server says it.</param>
public sealed record PullProgress(string Model, string Step, string? File = null, long Bytes = 0, long? TotalBytes = null);
