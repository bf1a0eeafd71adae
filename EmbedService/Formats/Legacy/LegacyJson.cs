using System.Text.Json.Serialization;

namespace EmbedPlatform.EmbedService.Formats.Legacy;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(LegacyEmbedRequest))]
[JsonSerializable(typeof(LegacyBatchRequest))]
[JsonSerializable(typeof(LegacyEmbedding))]
[JsonSerializable(typeof(LegacyEmbeddings))]
[JsonSerializable(typeof(LegacyTimedEmbeddings))]
[JsonSerializable(typeof(LegacyModels))]
[JsonSerializable(typeof(LegacyFailure))]
internal sealed partial class LegacyJson : JsonSerializerContext;
