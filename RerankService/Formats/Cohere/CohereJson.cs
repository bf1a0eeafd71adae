using System.Text.Json.Serialization;
using EmbedPlatform.RerankService.Formats.Shared;

namespace EmbedPlatform.RerankService.Formats.Cohere;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CohereRerankRequest))]
[JsonSerializable(typeof(CohereRerankResponse))]
[JsonSerializable(typeof(MessageFailure))]
internal sealed partial class CohereJson : JsonSerializerContext;
