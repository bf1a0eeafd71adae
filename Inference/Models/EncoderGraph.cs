using System.Globalization;
using EmbedPlatform.Inference.Onnx;

namespace EmbedPlatform.Inference.Models;

/// <summary>The mapping of a graph's inputs and outputs, derived from names and shapes in its file before a session is opened.</summary>
/// <param name="Inputs">Every input the graph needs, in its order.</param>
/// <param name="Primary">The output with the dense vectors, the token vectors they are pooled from, or the logits.</param>
/// <param name="Sparse">The output with token weights, where there is one that the model's entry names.</param>
/// <param name="Colbert">The output with vectors for late interaction, likewise.</param>
/// <param name="Tokens">
/// The output with the model's own vectors per token, where there is one; the primary one where those are pooled here.
/// </param>
internal sealed record EncoderGraph(
    IReadOnlyList<EncoderInput> Inputs,
    string Primary,
    string? Sparse = null,
    string? Colbert = null,
    string? Tokens = null
)
{
    private static readonly string[] PooledNames = ["sentence_embedding", "dense_vecs", "dense_embeddings", "dense", "embeddings"];
    private static readonly string[] TokenNames = ["last_hidden_state", "token_embeddings"];
    private static readonly string[] SparseNames = ["sparse_vecs", "sparse_weights", "sparse"];
    private static readonly string[] ColbertNames = ["colbert_vecs", "colbert_vectors", "colbert"];
    private static readonly string[] LogitNames = ["logits", "scores"];

    /// <summary>Matches a graph to an entry of the catalogue.</summary>
    /// <exception cref="InvalidDataException">It does not fit; the message says what was expected and what was found.</exception>
    public static EncoderGraph Of(OnnxSignature graph, CatalogEntry entry) =>
        entry.Task == ModelTask.Rerank ? OfReranker(graph, entry.Id) : OfEmbedder(graph, entry);

    /// <summary>The outputs of a graph by their catalogue names, recognised by the names that public exports use.</summary>
    public static IReadOnlyList<string> Offered(OnnxSignature graph) =>
        [
            "dense",
            .. Find(graph, SparseNames, IsWeights, anyName: false) is null ? [] : (string[])["sparse"],
            .. Find(graph, ColbertNames, value => Fits(value, 3, null), anyName: false) is null ? [] : (string[])["colbert"],
        ];

    /// <summary>Whether the graph itself pools the tokens.</summary>
    public static bool Pools(OnnxSignature graph) => Find(graph, PooledNames, value => Fits(value, 2, null), anyName: false) is not null;

    /// <summary>Why a graph does not fit an entry; null where it does.</summary>
    public static string? FindMismatch(OnnxSignature graph, CatalogEntry entry)
    {
        try
        {
            Of(graph, entry);
            return null;
        }
        catch (InvalidDataException problem)
        {
            return problem.Message;
        }
    }

    /// <summary>A value as shown in messages: <c>last_hidden_state float [batch, sequence, 384]</c>.</summary>
    public static string Describe(OnnxValue value) => $"{value.Name} {value.Type.ToString().ToLowerInvariant()} {Shape(value)}";

    /// <summary>A shape as shown in messages, with <c>?</c> for unknown sizes.</summary>
    public static string Shape(OnnxValue value) =>
        $"[{string.Join(", ", value.Shape.Select(axis => axis.Size?.ToString(CultureInfo.InvariantCulture) ?? axis.Symbol ?? "?"))}]";

    private static EncoderGraph OfEmbedder(OnnxSignature graph, CatalogEntry entry)
    {
        var pooled = entry.Pooling == Pooling.None;
        var (names, shape) = pooled ? (PooledNames, "texts") : (TokenNames, "texts, tokens");
        var primary =
            Find(graph, names, value => Fits(value, pooled ? 2 : 3, entry.Dimension), anyName: true)
            ?? throw Mismatch(
                entry.Id,
                graph,
                $"an output of float [{shape}, {entry.Dimension}] ({string.Join(" or ", names)}) "
                    + $"for pooling {entry.Pooling.ToString().ToLowerInvariant()}"
            );
        return new EncoderGraph(
            MatchInputs(graph, entry.Id),
            primary,
            Extra("sparse", SparseNames, "[texts, tokens]", IsWeights),
            Extra("colbert", ColbertNames, "[texts, tokens, width]", value => Fits(value, 3, null)),
            pooled ? Find(graph, TokenNames, value => Fits(value, 3, null), anyName: false) : primary
        );

        string? Extra(string output, string[] known, string wanted, Func<OnnxValue, bool> fits) =>
            !entry.Outputs.Contains(output)
                ? null
                : Find(graph, known, fits, anyName: false)
                    ?? throw Mismatch(
                        entry.Id,
                        graph,
                        $"an output of float {wanted} ({string.Join(" or ", known)}), because its entry names {output} vectors"
                    );
    }

    private static EncoderGraph OfReranker(OnnxSignature graph, string id)
    {
        var primary =
            Find(graph, LogitNames, value => Fits(value, 1, null) || Fits(value, 2, 1) || Fits(value, 2, 2), anyName: true)
            ?? throw Mismatch(id, graph, "one output of float [pairs], [pairs, 1] or [pairs, 2] (logits or scores)");
        return new EncoderGraph(MatchInputs(graph, id), primary);
    }

    private static List<EncoderInput> MatchInputs(OnnxSignature graph, string id)
    {
        var inputs = new List<EncoderInput>();
        foreach (var value in graph.Inputs)
        {
            InputKind? kind = value.Name switch
            {
                "input_ids" => InputKind.Ids,
                "attention_mask" => InputKind.Mask,
                "token_type_ids" => InputKind.Types,
                "position_ids" => InputKind.Positions,
                _ => null,
            };
            if (kind is null || value.Type is not (OnnxType.Int64 or OnnxType.Int32) || value.Shape.Count is not (0 or 2))
            {
                throw Mismatch(
                    id,
                    graph,
                    "inputs input_ids, attention_mask and optionally token_type_ids and position_ids, each int64 or int32 [texts, tokens]"
                );
            }

            inputs.Add(new EncoderInput(value.Name, kind.Value, value.Type == OnnxType.Int64));
        }

        // Without the mask a text's result would depend on how far it is padded.
        return inputs.Any(input => input.Kind == InputKind.Ids) && inputs.Any(input => input.Kind == InputKind.Mask)
            ? inputs
            : throw Mismatch(id, graph, "inputs input_ids and attention_mask");
    }

    private static string? Find(OnnxSignature graph, string[] names, Func<OnnxValue, bool> fits, bool anyName) =>
        names.FirstOrDefault(name => graph.Outputs.Any(value => value.Name == name && fits(value)))
        ?? (anyName && graph.Outputs.Where(fits).ToArray() is [var only] && !IsExtra(only.Name) ? only.Name : null);

    private static bool IsWeights(OnnxValue value) => Fits(value, 2, null) || Fits(value, 3, 1);

    private static bool IsExtra(string name) => SparseNames.Contains(name) || ColbertNames.Contains(name);

    /// <summary>A missing shape or size is checked by the first run.</summary>
    private static bool Fits(OnnxValue value, int rank, long? last) =>
        value.Type == OnnxType.Float
        && (
            value.Shape.Count == 0
            || (value.Shape.Count == rank && (last is null || value.Shape[^1].Size is null || value.Shape[^1].Size == last))
        );

    private static InvalidDataException Mismatch(string id, OnnxSignature graph, string expected) =>
        new(
            $"The graph does not fit {id}: expected {expected}; it has the inputs {All(graph.Inputs)} and the outputs {All(graph.Outputs)}."
        );

    private static string All(IReadOnlyList<OnnxValue> values) => values.Count == 0 ? "none" : string.Join("; ", values.Select(Describe));
}

/// <summary>An input of an encoder.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Wide">Whether it is int64 rather than int32.</param>
internal sealed record EncoderInput(string Name, InputKind Kind, bool Wide);

/// <summary>The kind of an encoder's input.</summary>
internal enum InputKind
{
    Ids,
    Mask,
    Types,
    Positions,
}
