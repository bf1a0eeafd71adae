using EmbedPlatform.EmbedService.Embedding;

namespace EmbedPlatform.EmbedService.Formats.Legacy;

/// <summary>The answer of <c>POST /embeddings</c> to <c>text</c>.</summary>
internal sealed record LegacyEmbedding(float[] Embedding, string Model, int Dimension);

/// <summary>The answer of <c>POST /embeddings</c> to <c>texts</c>, and of <c>POST /embeddings/batch</c>.</summary>
internal sealed record LegacyEmbeddings(IReadOnlyList<float[]> Embeddings, string Model, int Dimension, int Count)
{
    public static LegacyEmbeddings From(EmbeddingResult result) =>
        new([.. result.Items.Select(item => item.Vector)], result.Model.Id, result.Dimension, result.Items.Count);
}

/// <summary>The answer of <c>POST /embed/batch</c>.</summary>
/// <param name="LatencyMs">Milliseconds in the service, queueing included.</param>
internal sealed record LegacyTimedEmbeddings(IReadOnlyList<float[]> Embeddings, int Count, int Dimension, double LatencyMs)
{
    public static LegacyTimedEmbeddings From(EmbeddingResult result) =>
        new([.. result.Items.Select(item => item.Vector)], result.Items.Count, result.Dimension, result.LatencyMs);
}

/// <summary>The answer of <c>POST /embed</c> to <c>text</c> or <c>texts</c>.</summary>
/// <param name="LatencyMs">Milliseconds in the service, queueing included.</param>
/// <param name="Embedding">Only for <c>text</c>.</param>
/// <param name="Embeddings">Only for <c>texts</c>.</param>
internal sealed record LegacyEmbedResponse(
    string Model,
    string Revision,
    int Dimension,
    int Count,
    double LatencyMs,
    IReadOnlyList<LegacyInput> Inputs,
    float[]? Embedding,
    IReadOnlyList<float[]>? Embeddings
)
{
    public static LegacyEmbedResponse From(EmbeddingResult result, bool single) =>
        new(
            result.Model.Id,
            result.Model.Revision,
            result.Dimension,
            result.Items.Count,
            result.LatencyMs,
            [.. result.Items.Select(item => new LegacyInput(item.Tokens, item.Truncated))],
            single ? result.Items[0].Vector : null,
            single ? null : [.. result.Items.Select(item => item.Vector)]
        );
}

/// <param name="Tokens">Embedded tokens, special tokens included.</param>
internal sealed record LegacyInput(int Tokens, bool Truncated);

/// <summary>The answer of <c>GET /models/status</c>, about the default model.</summary>
internal sealed record LegacyModels(
    string EmbeddingModel,
    int EmbeddingDimension,
    bool EmbeddingLoaded,
    string EmbeddingRevision,
    int EmbeddingMaxTokens,
    string Device,
    IReadOnlyList<LegacyModel> Models
);

internal sealed record LegacyModel(string Model, bool Loaded, bool IsDefault);
