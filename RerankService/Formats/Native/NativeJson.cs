using System.Text.Json.Serialization;

namespace EmbedPlatform.RerankService.Formats.Native;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(NativeRerankRequest))]
[JsonSerializable(typeof(NativeRerankResponse))]
internal sealed partial class NativeJson : JsonSerializerContext;
