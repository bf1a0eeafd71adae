using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Models;

/// <summary>A file of an installed model against what it should be.</summary>
/// <param name="Path">Its path in the model's folder.</param>
/// <param name="Size">The bytes that model.json states.</param>
/// <param name="Sha256">The hash that model.json states, in lower-case hexadecimal.</param>
/// <param name="Problem">What is wrong with it; null where nothing is, or where nobody looked.</param>
public sealed record ModelFileCheck(string Path, long Size, string Sha256, string? Problem);

/// <summary>The result of hashing every file of a model.</summary>
/// <param name="Id">The model.</param>
/// <param name="Folder">The full path of its folder.</param>
/// <param name="Files">Its files.</param>
public sealed record ModelCheck(string Id, string Folder, IReadOnlyList<ModelFileCheck> Files)
{
    /// <summary>Whether every file is what it should be.</summary>
    public bool Intact => Files.All(file => file.Problem is null);
}

/// <summary>All that is known about a model.</summary>
/// <param name="Entry">What the model is: of its installed variant where there is one.</param>
/// <param name="Model">Where it lies; null where it is not (or not completely) installed.</param>
/// <param name="IsDefault">Whether it is one of its task's defaults.</param>
/// <param name="Files">The files of the installed model; empty where it is not installed.</param>
/// <param name="Graph">The inputs and outputs of the installed graph; null if it is not installed.</param>
/// <param name="Mismatch">Why the graph does not fit the model; null where it does, or where it is not installed.</param>
public sealed record ModelDetails(
    CatalogEntry Entry,
    InstalledModel? Model,
    bool IsDefault,
    IReadOnlyList<ModelFileCheck> Files,
    OnnxSignature? Graph,
    string? Mismatch
)
{
    /// <summary>The ids of the models that it was made from, the nearest first.</summary>
    public IReadOnlyList<string> MadeFrom { get; init; } = [];

    /// <summary>The pairs whose weights hold for the model: its own, and those of what it was made from.</summary>
    public IReadOnlyList<PairFusion> Pairs { get; init; } = [];
}
