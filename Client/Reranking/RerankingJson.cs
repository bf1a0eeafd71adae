using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Reranking;

/// <summary>JSON of this folder's records: snake_case names, no nulls, enums as strings.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict
)]
[JsonSerializable(typeof(RerankRequest))]
[JsonSerializable(typeof(RerankResponse))]
[JsonSerializable(typeof(RerankInfo))]
internal sealed partial class RerankingJson : JsonSerializerContext;
