using System.Text.Json.Serialization;
using EmbedPlatform.ModelServiceDefaults.Wire;

namespace EmbedPlatform.EmbedService.Formats.OpenAi;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(OpenAiEmbedRequest))]
[JsonSerializable(typeof(OpenAiEmbedResponse))]
[JsonSerializable(typeof(OpenAiModels))]
[JsonSerializable(typeof(OpenAiModel))]
[JsonSerializable(typeof(OpenAiFailure))]
internal sealed partial class OpenAiJson : JsonSerializerContext;
