namespace EmbedPlatform.Inference.Models;

/// <summary>A model whose files are complete in a folder.</summary>
/// <param name="Entry">The model's catalogue entry.</param>
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
/// <param name="Model">The installed model.</param>
/// <param name="Reason">Why the catalogue's preferred models were not chosen; null if it is the first choice.</param>
public sealed record DefaultModel(InstalledModel Model, string? Reason);

/// <summary>A model in a listing.</summary>
/// <param name="Entry">The model's catalogue entry.</param>
/// <param name="Model">The installed model; null if it is not installed.</param>
/// <param name="SizeBytes">The bytes of its files; 0 where it is not installed.</param>
/// <param name="IsDefault">Whether it is one of its task's defaults.</param>
public sealed record ModelListing(CatalogEntry Entry, InstalledModel? Model, long SizeBytes, bool IsDefault)
{
    /// <summary>Whether the model can be loaded.</summary>
    public bool Installed => Model is not null;
}

/// <summary>The progress of a pull.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Step">The current step, as text for people.</param>
/// <param name="File">The file being fetched, if any.</param>
/// <param name="Bytes">The bytes of the file fetched so far.</param>
/// <param name="TotalBytes">Its size, if the server states it.</param>
public sealed record PullProgress(string Model, string Step, string? File = null, long Bytes = 0, long? TotalBytes = null);
