using System.Text.Json.Serialization;

namespace EmbedPlatform.EmbedService.Formats.Tei;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(TeiInputsRequest))]
[JsonSerializable(typeof(TeiSimilarityRequest))]
[JsonSerializable(typeof(TeiTokenizeRequest))]
[JsonSerializable(typeof(TeiDecodeRequest))]
[JsonSerializable(typeof(float[]))]
[JsonSerializable(typeof(float[][][]))]
[JsonSerializable(typeof(TeiTokenWeight[][]))]
[JsonSerializable(typeof(TeiToken[][]))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(TeiFailure))]
internal sealed partial class TeiJson : JsonSerializerContext;
