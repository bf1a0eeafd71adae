using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Models;

/// <summary>The check of one file of an installed model.</summary>
/// <param name="Path">Its path in the model's folder.</param>
/// <param name="Size">The bytes that model.json states.</param>
/// <param name="Sha256">The hash that model.json states, in lower-case hexadecimal.</param>
/// <param name="Problem">The defect; null if there is none, or if the file was not checked.</param>
public sealed record ModelFileCheck(string Path, long Size, string Sha256, string? Problem);

/// <summary>The result of hashing every file of a model.</summary>
/// <param name="Id">The model.</param>
/// <param name="Folder">The full path of its folder.</param>
/// <param name="Files">Its files.</param>
public sealed record ModelCheck(string Id, string Folder, IReadOnlyList<ModelFileCheck> Files)
{
    /// <summary>Whether every file is intact.</summary>
    public bool Intact => Files.All(file => file.Problem is null);
}

/// <summary>Details of a model.</summary>
/// <param name="Entry">The model's entry, of the installed variant if there is one.</param>
/// <param name="Model">The installed model; null if it is not, or not completely, installed.</param>
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

    /// <summary>The pairs whose weights apply to the model: its own and those of the models it was derived from.</summary>
    public IReadOnlyList<PairFusion> Pairs { get; init; } = [];
}
