using System.Text.Json.Serialization;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>The documents by score, best first; equal scores by their position in the request.</summary>
/// <param name="Results">The scored documents.</param>
/// <param name="Count">How many results.</param>
/// <param name="LatencyMs">Milliseconds in the service, waiting included.</param>
/// <param name="Model">The model's id.</param>
internal sealed record RerankAnswer(IReadOnlyList<ScoredDocument> Results, int Count, double LatencyMs, string Model);

/// <summary>A scored document.</summary>
/// <param name="Index">Its position in the request, from 0.</param>
/// <param name="Score">Its score: between 0 and 1, or a logit where raw scores were asked for. Comparable inside one answer only.</param>
/// <param name="Document">Its text, unless it was not asked for.</param>
/// <param name="Truncated">Whether its end was cut off to fit the model.</param>
internal sealed record ScoredDocument(int Index, double Score, string? Document, bool Truncated);

/// <summary>Written by generated code.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RerankAnswer))]
internal sealed partial class RerankJson : JsonSerializerContext;
