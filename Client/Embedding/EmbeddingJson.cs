using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Embedding;

/// <summary>JSON of this folder's records: snake_case names, no nulls, enums as strings.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict
)]
[JsonSerializable(typeof(EmbedWireRequest))]
[JsonSerializable(typeof(EmbedWireResponse))]
[JsonSerializable(typeof(TokenizeWireRequest))]
[JsonSerializable(typeof(TokenizeWireResponse))]
[JsonSerializable(typeof(EmbedInfo))]
internal sealed partial class EmbeddingJson : JsonSerializerContext;
