using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding.Input;

namespace EmbedPlatform.EmbedService.Formats.Native;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(NativeEmbedRequest))]
[JsonSerializable(typeof(NativeEmbedResponse))]
[JsonSerializable(typeof(NativeEmbedding))]
[JsonSerializable(typeof(NativeTokenizeRequest))]
[JsonSerializable(typeof(NativeTokenizeResponse))]
[JsonSerializable(typeof(TextInput))]
[JsonSerializable(typeof(StreamLineBody))]
[JsonSerializable(typeof(StreamLineError))]
[JsonSerializable(typeof(StreamEnd))]
internal sealed partial class NativeJson : JsonSerializerContext;
