using System.Text.Json;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.Inference.Execution;

namespace EmbedPlatform.EmbedService.Formats.Native;

/// <param name="Dimension">The length of a dense vector.</param>
/// <param name="Count">The number of texts.</param>
/// <param name="LatencyMs">Milliseconds in the service, queueing included.</param>
/// <param name="Fallback">Why another model than the requested one answered; absent if the requested one did.</param>
/// <param name="Data">The embeddings, ordered by text and window.</param>
internal sealed record NativeEmbedResponse(
    string Model,
    string Revision,
    int Dimension,
    int Count,
    long Tokens,
    double LatencyMs,
    string? Fallback,
    IReadOnlyList<NativeEmbedding> Data
)
{
    public static NativeEmbedResponse From(EmbeddingResult result, int texts, EmbeddingOutputs outputs, VectorEncoding encoding) =>
        new(
            result.Model.Id,
            result.Model.Revision,
            result.Dimension,
            texts,
            result.Tokens,
            result.LatencyMs,
            result.Fallback,
            [.. Enumerable.Range(0, result.Items.Count).Select(i => NativeEmbedding.From(result, i, outputs, encoding))]
        );
}

/// <summary>The embedding of a text, or of one window of it.</summary>
/// <param name="Index">The index of the text in the request; absent in a stream.</param>
/// <param name="Line">In a stream: the text's line, from 1, not counting blank lines.</param>
/// <param name="Id">In a stream: the line's own id.</param>
/// <param name="Tokens">Embedded tokens, special tokens included.</param>
/// <param name="Truncated">Whether the text was longer than the model takes; the rest is not in the embedding.</param>
/// <param name="Chunk">The window, if the text was split into several.</param>
/// <param name="Embedding">The dense vector in the requested encoding.</param>
/// <param name="Scale">The factor of an int8 vector's numbers.</param>
/// <param name="Colbert">One vector for each token but the first; floats, or base64 if that is the encoding.</param>
internal sealed record NativeEmbedding(
    int? Index,
    long? Line,
    JsonElement? Id,
    int Tokens,
    bool Truncated,
    NativeChunk? Chunk,
    WireVector? Embedding,
    float? Scale,
    SparseVector? Sparse,
    IReadOnlyList<WireVector>? Colbert
)
{
    public static NativeEmbedding From(EmbeddingResult result, int i, EmbeddingOutputs outputs, VectorEncoding encoding)
    {
        var item = result.Items[i];
        var window = result.Windows?[i];
        WireVector? dense = outputs.HasFlag(EmbeddingOutputs.Dense) ? new WireVector(item.Vector, encoding) : null;
        var tokenEncoding = encoding == VectorEncoding.Base64 ? VectorEncoding.Base64 : VectorEncoding.Float;
        return new NativeEmbedding(
            window?.Text ?? i,
            null,
            null,
            item.Tokens,
            item.Truncated,
            window is { Of: > 1 } place ? new NativeChunk(place.Number, place.Of, place.Start, place.End) : null,
            dense,
            dense?.Scale,
            item.Sparse is { } sparse ? new SparseVector(sparse.TokenIds, sparse.Weights) : null,
            item.Colbert is { } vectors ? [.. vectors.Select(vector => new WireVector(vector, tokenEncoding))] : null
        );
    }
}

/// <param name="Number">The index of the window.</param>
/// <param name="Of">The number of windows.</param>
/// <param name="Start">Its start in the text, in UTF-16 code units, as in strings of JavaScript, C# and Java.</param>
/// <param name="End">Its end (exclusive).</param>
internal sealed record NativeChunk(int Number, int Of, int Start, int End);

/// <summary>Token weights in the form of sparse indexes.</summary>
/// <param name="Indices">Token ids, ascending.</param>
/// <param name="Values">One weight per id, above 0.</param>
internal sealed record SparseVector(int[] Indices, float[] Values);
