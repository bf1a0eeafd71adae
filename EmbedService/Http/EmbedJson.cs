using System.Text.Json;
using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Cohere;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Embedding.Streaming;
using EmbedPlatform.EmbedService.OlderServers;
using EmbedPlatform.EmbedService.OpenAi;
using EmbedPlatform.EmbedService.Tei;
using EmbedPlatform.EmbedService.Tokens;

namespace EmbedPlatform.EmbedService.Http;

/// <summary>Every body and answer, read and written by generated code, straight from the model's vectors.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EmbedBody))]
[JsonSerializable(typeof(EmbedAnswer))]
[JsonSerializable(typeof(EmbedItem))]
[JsonSerializable(typeof(TextInput))]
[JsonSerializable(typeof(TokenPlacesBody))]
[JsonSerializable(typeof(TokenPlacesAnswer))]
[JsonSerializable(typeof(StreamBody))]
[JsonSerializable(typeof(StreamFailure))]
[JsonSerializable(typeof(StreamEnd))]
[JsonSerializable(typeof(OpenAiEmbedBody))]
[JsonSerializable(typeof(OpenAiEmbeddings))]
[JsonSerializable(typeof(OpenAiModels))]
[JsonSerializable(typeof(OpenAiModel))]
[JsonSerializable(typeof(OpenAiFailure))]
[JsonSerializable(typeof(CohereEmbedBody))]
[JsonSerializable(typeof(CohereFloats))]
[JsonSerializable(typeof(CohereByType))]
[JsonSerializable(typeof(CohereFailure))]
[JsonSerializable(typeof(SharedEmbedBody))]
[JsonSerializable(typeof(TeiInputsBody))]
[JsonSerializable(typeof(SimilarityBody))]
[JsonSerializable(typeof(TokenizeBody))]
[JsonSerializable(typeof(DecodeBody))]
[JsonSerializable(typeof(float[][]))]
[JsonSerializable(typeof(float[][][]))]
[JsonSerializable(typeof(TokenWeight[][]))]
[JsonSerializable(typeof(TeiToken[][]))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(TeiFailure))]
[JsonSerializable(typeof(OlderBody))]
[JsonSerializable(typeof(OlderBatchBody))]
[JsonSerializable(typeof(OlderEmbedding))]
[JsonSerializable(typeof(OlderEmbeddings))]
[JsonSerializable(typeof(OlderBatch))]
[JsonSerializable(typeof(OlderEmbedAnswer))]
[JsonSerializable(typeof(ModelsStatus))]
[JsonSerializable(typeof(OlderFailure))]
internal sealed partial class EmbedJson : JsonSerializerContext;
