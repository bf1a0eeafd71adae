using System.Text.Json.Serialization;
using EmbedPlatform.RerankService.Formats.Legacy;
using EmbedPlatform.RerankService.Formats.Tei;

namespace EmbedPlatform.RerankService.Formats.TeiOrLegacy;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(TeiOrLegacyRerankRequest))]
[JsonSerializable(typeof(LegacyRerankResponse))]
[JsonSerializable(typeof(TeiRank[]))]
[JsonSerializable(typeof(TeiOrLegacyFailure))]
internal sealed partial class TeiOrLegacyJson : JsonSerializerContext;
