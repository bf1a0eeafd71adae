using System.Text.Json.Serialization;
using EmbedPlatform.RerankService.Formats.Shared;

namespace EmbedPlatform.RerankService.Formats.OpenAi;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ServedModels))]
[JsonSerializable(typeof(MessageFailure))]
internal sealed partial class OpenAiJson : JsonSerializerContext;
