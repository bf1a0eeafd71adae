using System.Text.Json.Serialization;

namespace EmbedPlatform.RerankService.Formats.Legacy;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(LegacyModels))]
internal sealed partial class LegacyJson : JsonSerializerContext;
