namespace EmbedPlatform.Inference.Models;

/// <summary>A model to import, with settings that override what its files say.</summary>
/// <param name="Folder">The folder with its files; it is copied and not changed.</param>
public sealed record ImportOptions(string Folder)
{
    /// <summary>The id; null: that of the folder's model.json, or the folder's name.</summary>
    public string? Id { get; init; }

    /// <summary>The pooling of token vectors into the vector of the text.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>The maximum number of tokens of a text.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The prompt for queries.</summary>
    public string? QueryPrefix { get; init; }

    /// <summary>The prompt for documents.</summary>
    public string? DocumentPrefix { get; init; }

    /// <summary>
    /// The id of the model whose weights it has; measurements of that model also apply to this one. Null for what the folder's model.json
    /// says, or the catalogue's entry with the same ONNX file.
    /// </summary>
    public string? MadeFrom { get; init; }

    /// <summary>Whether any setting besides the id is given.</summary>
    internal bool DescribeTheModel => (Pooling, MaxTokens, QueryPrefix, DocumentPrefix) is not (null, null, null, null);
}
