namespace EmbedPlatform.Inference.Models;

/// <summary>A model to import and what is said of it, which goes before what its files say.</summary>
/// <param name="Folder">The folder with its files; it is copied and not changed.</param>
public sealed record ImportOptions(string Folder)
{
    /// <summary>The id; null: that of the folder's model.json, or the folder's name.</summary>
    public string? Id { get; init; }

    /// <summary>How the vectors of the tokens become the vector of the text.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>The most tokens of a text.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The prompt for queries.</summary>
    public string? QueryPrefix { get; init; }

    /// <summary>The prompt for documents.</summary>
    public string? DocumentPrefix { get; init; }

    /// <summary>
    /// The id of the model whose weights it has: what was measured of that one holds for it. Null: as the folder's model.json says, or the catalogue's entry
    /// with the same ONNX file.
    /// </summary>
    public string? MadeFrom { get; init; }

    /// <summary>Whether something is said beside the id.</summary>
    internal bool DescribeTheModel => (Pooling, MaxTokens, QueryPrefix, DocumentPrefix) is not (null, null, null, null);
}
