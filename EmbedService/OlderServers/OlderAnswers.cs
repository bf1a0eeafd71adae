using EmbedPlatform.EmbedService.Embedding;

namespace EmbedPlatform.EmbedService.OlderServers;

/// <summary>The answer of <c>POST /embeddings</c> to one text.</summary>
/// <param name="Embedding">The embedding.</param>
/// <param name="Model">The model's id.</param>
/// <param name="Dimension">The length of the embedding.</param>
internal sealed record OlderEmbedding(float[] Embedding, string Model, int Dimension);

/// <summary>The answer of <c>POST /embeddings</c> and <c>POST /embeddings/batch</c> to many.</summary>
/// <param name="Embeddings">One embedding per text.</param>
/// <param name="Model">The model's id.</param>
/// <param name="Dimension">The length of an embedding.</param>
/// <param name="Count">How many there are.</param>
internal sealed record OlderEmbeddings(IReadOnlyList<float[]> Embeddings, string Model, int Dimension, int Count)
{
    public static OlderEmbeddings Of(Embedded embedded) =>
        new([.. embedded.Items.Select(item => item.Vector)], embedded.Model.Id, embedded.Dimension, embedded.Items.Count);
}

/// <summary>The answer of <c>POST /embed/batch</c>.</summary>
/// <param name="Embeddings">One embedding per text.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Dimension">The length of an embedding.</param>
/// <param name="LatencyMs">Milliseconds in the service, waiting included.</param>
internal sealed record OlderBatch(IReadOnlyList<float[]> Embeddings, int Count, int Dimension, double LatencyMs);

/// <summary>The answer of <c>POST /embed</c> to <c>text</c> or <c>texts</c>.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Revision">What identifies its weights.</param>
/// <param name="Dimension">The length of an embedding.</param>
/// <param name="Count">How many texts were embedded.</param>
/// <param name="LatencyMs">Milliseconds in the service, waiting included.</param>
/// <param name="Inputs">How each text was read.</param>
/// <param name="Embedding">The embedding of <c>text</c>, where that was given.</param>
/// <param name="Embeddings">One embedding per text of <c>texts</c>, where that was given.</param>
internal sealed record OlderEmbedAnswer(
    string Model,
    string Revision,
    int Dimension,
    int Count,
    double LatencyMs,
    IReadOnlyList<InputAnswer> Inputs,
    float[]? Embedding,
    IReadOnlyList<float[]>? Embeddings)
{
    public static OlderEmbedAnswer Of(Embedded embedded, bool single) => new(
        embedded.Model.Id,
        embedded.Model.Revision,
        embedded.Dimension,
        embedded.Items.Count,
        embedded.LatencyMs,
        [.. embedded.Items.Select(item => new InputAnswer(item.Tokens, item.Truncated))],
        single ? embedded.Items[0].Vector : null,
        single ? null : [.. embedded.Items.Select(item => item.Vector)]);
}

/// <summary>How a text was read.</summary>
/// <param name="Tokens">How many tokens were embedded, special tokens included.</param>
/// <param name="Truncated">Whether it had more; what came after them is not part of the embedding.</param>
internal sealed record InputAnswer(int Tokens, bool Truncated);

/// <summary>The answer of <c>GET /models/status</c>.</summary>
/// <param name="EmbeddingModel">The default model's id.</param>
/// <param name="EmbeddingDimension">The length of its embeddings.</param>
/// <param name="EmbeddingLoaded">Whether it is in memory.</param>
/// <param name="EmbeddingRevision">What identifies its weights.</param>
/// <param name="EmbeddingMaxTokens">The most tokens of a text.</param>
/// <param name="Device">Where it runs.</param>
/// <param name="Models">Every model that can be asked for.</param>
internal sealed record ModelsStatus(
    string EmbeddingModel,
    int EmbeddingDimension,
    bool EmbeddingLoaded,
    string EmbeddingRevision,
    int EmbeddingMaxTokens,
    string Device,
    IReadOnlyList<ModelStatus> Models);

/// <summary>A model.</summary>
/// <param name="Model">Its id.</param>
/// <param name="Loaded">Whether it is in memory.</param>
/// <param name="IsDefault">Whether requests without a name get it.</param>
internal sealed record ModelStatus(string Model, bool Loaded, bool IsDefault);
