using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Formats.Legacy;

namespace EmbedPlatform.EmbedService.Formats.TeiOrLegacy;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(TeiOrLegacyEmbedRequest))]
[JsonSerializable(typeof(float[][]))]
[JsonSerializable(typeof(LegacyEmbedResponse))]
internal sealed partial class TeiOrLegacyJson : JsonSerializerContext;
