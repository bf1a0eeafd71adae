using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Embedding;

/// <summary>The records of this folder as JSON: snake_case names, absent rather than null, enums as words.</summary>
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
