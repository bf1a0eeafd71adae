using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary>Embeddings, in the order of the texts.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Revision">What identifies its weights.</param>
/// <param name="Dimension">The length of an embedding.</param>
/// <param name="Count">How many texts were embedded.</param>
/// <param name="LatencyMs">Milliseconds in the service, waiting included.</param>
/// <param name="Inputs">How each text was read.</param>
/// <param name="Embedding">The embedding of <c>text</c>, where that was given.</param>
/// <param name="Embeddings">One embedding per text of <c>texts</c>, where that was given.</param>
internal sealed record EmbedAnswer(
    string Model,
    string Revision,
    int Dimension,
    int Count,
    double LatencyMs,
    IReadOnlyList<InputAnswer> Inputs,
    float[]? Embedding,
    IReadOnlyList<float[]>? Embeddings);

/// <summary>How a text was read.</summary>
/// <param name="Tokens">How many tokens were embedded, special tokens included.</param>
/// <param name="Truncated">Whether it had more; what came after them is not part of the embedding.</param>
internal sealed record InputAnswer(int Tokens, bool Truncated);

/// <summary>Written by generated code, straight from the model's vectors.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EmbedAnswer))]
internal sealed partial class EmbedJson : JsonSerializerContext;
