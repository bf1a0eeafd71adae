using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Reranking;

/// <summary>The records of this folder as JSON: snake_case names, absent rather than null, enums as words.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict
)]
[JsonSerializable(typeof(RerankRequest))]
[JsonSerializable(typeof(RerankResponse))]
[JsonSerializable(typeof(RerankInfo))]
internal sealed partial class RerankingJson : JsonSerializerContext;
