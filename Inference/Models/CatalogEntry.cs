using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.Inference.Models;

/// <summary>A model of the catalogue: its task and shape, how its outputs are read, and where it comes from.</summary>
public sealed record CatalogEntry
{
    /// <summary>The id, such as <c>BAAI/bge-small-en-v1.5</c> or <c>use-lite</c>; compared without regard to case.</summary>
    public required string Id { get; init; }

    /// <summary>The task.</summary>
    public required ModelTask Task { get; init; }

    /// <summary>The architecture, such as <c>bert</c> or <c>xlm-roberta</c>.</summary>
    public required string Family { get; init; }

    /// <summary>The numeric form of the weights: <c>fp32</c> or <c>int8</c>.</summary>
    public string Variant { get; init; } = "fp32";

    /// <summary>The languages the model was trained for, as two-letter codes, or <c>multilingual</c>.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>The dimension of an embedding; 1 for a reranker.</summary>
    public required int Dimension { get; init; }

    /// <summary>The maximum number of tokens of a text (of a pair for a reranker), including special tokens.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>The shorter lengths, ascending, to which the model was trained to be cut (Matryoshka); empty where it was not.</summary>
    public IReadOnlyList<int> MatryoshkaDimensions { get; init; } = [];

    /// <summary>How token vectors become a text's vector.</summary>
    public Pooling Pooling { get; init; }

    /// <summary>Whether vectors have length 1.</summary>
    public bool Normalize { get; init; }

    /// <summary>The prompt for queries; the model was trained with it, so omitting it costs quality.</summary>
    public string QueryPrefix { get; init; } = "";

    /// <summary>The prompt for documents.</summary>
    public string DocumentPrefix { get; init; } = "";

    /// <summary>The outputs of the model: <c>dense</c>, <c>sparse</c>, <c>colbert</c>, or <c>score</c> for a reranker.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>Where the model comes from, the preferred source first; empty for one imported from a local folder.</summary>
    public IReadOnlyList<ModelSource> Sources { get; init; } = [];

    /// <summary>Other forms of the same model that can be pulled instead.</summary>
    public IReadOnlyList<ModelVariant> Variants { get; init; } = [];

    /// <summary>Remarks on the entry: facts that are not verified, or published figures that differ.</summary>
    public string? Note { get; init; }

    /// <summary>The licence of the weights, as its publisher states it.</summary>
    public string Licence { get; init; } = "";

    /// <summary>
    /// The id of the model from which the weights were derived; null for an original model. Measurements of that model also apply to this
    /// one.
    /// </summary>
    public string? MadeFrom { get; init; }

    /// <summary>In manifests of earlier versions; weights are those of <see cref="PairFusion"/> now.</summary>
    [JsonInclude]
    internal JsonElement? FusionWeights
    {
        init { }
    }

    /// <summary>The entry with the values of a variant; null if there is no such variant.</summary>
    public CatalogEntry? Of(string variant)
    {
        if (string.Equals(variant, Variant, StringComparison.OrdinalIgnoreCase))
        {
            return this;
        }

        return Variants.FirstOrDefault(other => string.Equals(other.Name, variant, StringComparison.OrdinalIgnoreCase)) is { } found
            ? this with
            {
                Variant = found.Name,
                Sources = found.Sources,
                Pooling = found.Pooling ?? Pooling,
                Outputs = found.Outputs ?? Outputs,
            }
            : null;
    }
}

/// <summary>Another form of a model: other weights or another graph, the same tokenizer and the same use.</summary>
/// <param name="Name">The name, such as <c>int8</c>.</param>
/// <param name="Sources">Where it comes from, the preferred source first.</param>
/// <param name="Pooling">Its pooling, if it differs from the entry's.</param>
/// <param name="Outputs">Its outputs, if they differ from the entry's.</param>
/// <param name="Note">Remarks for choosing it.</param>
public sealed record ModelVariant(
    string Name,
    IReadOnlyList<ModelSource> Sources,
    Pooling? Pooling = null,
    IReadOnlyList<string>? Outputs = null,
    string? Note = null
);
