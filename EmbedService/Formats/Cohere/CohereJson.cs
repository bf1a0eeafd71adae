using System.Text.Json.Serialization;

namespace EmbedPlatform.EmbedService.Formats.Cohere;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CohereEmbedRequest))]
[JsonSerializable(typeof(CohereFloatsResponse))]
[JsonSerializable(typeof(CohereTypesResponse))]
[JsonSerializable(typeof(CohereFailure))]
internal sealed partial class CohereJson : JsonSerializerContext;
