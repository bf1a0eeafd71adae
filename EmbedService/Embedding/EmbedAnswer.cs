using System.Text.Json;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>Embeddings, in the order of the texts and their windows.</summary>
/// <param name="Model">The id of the model that embedded them.</param>
/// <param name="Revision">What identifies its weights.</param>
/// <param name="Dimension">The length of a dense vector.</param>
/// <param name="Count">How many texts were embedded.</param>
/// <param name="Tokens">How many tokens were embedded.</param>
/// <param name="LatencyMs">Milliseconds in the service, waiting included.</param>
/// <param name="Fallback">Why another model than the one that was asked for embedded them; absent where it is the one.</param>
/// <param name="Data">The embeddings.</param>
internal sealed record EmbedAnswer(
    string Model, string Revision, int Dimension, int Count, long Tokens, double LatencyMs, string? Fallback, IReadOnlyList<EmbedItem> Data)
{
    public static EmbedAnswer Of(Embedded embedded, int texts, EmbedWork work, VectorEncoding encoding) => new(
        embedded.Model.Id,
        embedded.Model.Revision,
        embedded.Dimension,
        texts,
        embedded.Tokens,
        embedded.LatencyMs,
        embedded.Fallback,
        [.. Enumerable.Range(0, embedded.Items.Count).Select(i => EmbedItem.Of(embedded, i, work.Outputs, encoding))]);
}

/// <summary>The embedding of a text, or of one window of it.</summary>
/// <param name="Index">The position of the text in the request; absent in a stream.</param>
/// <param name="Line">The line of the stream that the text came in, from 1, blank ones not counted; absent elsewhere.</param>
/// <param name="Id">What that line calls it.</param>
/// <param name="Tokens">How many tokens were embedded, special tokens included.</param>
/// <param name="Truncated">Whether the text had more; what was cut is not part of the embedding.</param>
/// <param name="Chunk">Which part of the text this is, where it was read in several windows.</param>
/// <param name="Embedding">The dense vector, in the encoding that was asked for.</param>
/// <param name="Scale">What each number of an int8 vector is multiplied by.</param>
/// <param name="Sparse">Weights of the text's tokens.</param>
/// <param name="Colbert">A vector per token but the first; floats, or base64 where that is the encoding.</param>
internal sealed record EmbedItem(
    int? Index,
    long? Line,
    JsonElement? Id,
    int Tokens,
    bool Truncated,
    ChunkPlace? Chunk,
    WireVector? Embedding,
    float? Scale,
    SparseVector? Sparse,
    IReadOnlyList<WireVector>? Colbert)
{
    public static EmbedItem Of(Embedded embedded, int i, EmbeddingOutputs outputs, VectorEncoding encoding)
    {
        var item = embedded.Items[i];
        var window = embedded.Windows?[i];
        WireVector? dense = outputs.HasFlag(EmbeddingOutputs.Dense) ? new WireVector(item.Vector, encoding) : null;
        var perToken = encoding == VectorEncoding.Base64 ? VectorEncoding.Base64 : VectorEncoding.Float;
        return new EmbedItem(
            window?.Text ?? i,
            null,
            null,
            item.Tokens,
            item.Truncated,
            window is { Of: > 1 } place ? new ChunkPlace(place.Number, place.Of, place.Start, place.End) : null,
            dense,
            dense?.Scale,
            item.Sparse is { } sparse ? new SparseVector(sparse.TokenIds, sparse.Weights) : null,
            item.Colbert is { } vectors ? [.. vectors.Select(vector => new WireVector(vector, perToken))] : null);
    }
}

/// <summary>One of the windows that a text was read in.</summary>
/// <param name="Number">Which one, from 0.</param>
/// <param name="Of">How many there are.</param>
/// <param name="Start">Where it starts in the text, in UTF-16 positions, as strings of JavaScript, C# and Java count.</param>
/// <param name="End">One past its last character.</param>
internal sealed record ChunkPlace(int Number, int Of, int Start, int End);

/// <summary>Weights of tokens, as sparse indexes take them.</summary>
/// <param name="Indices">Token ids, ascending.</param>
/// <param name="Values">One weight per id, above 0.</param>
internal sealed record SparseVector(int[] Indices, float[] Values);
