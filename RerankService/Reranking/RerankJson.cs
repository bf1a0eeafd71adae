using System.Text.Json.Serialization;
using EmbedPlatform.RerankService.Cohere;
using EmbedPlatform.RerankService.Older;
using EmbedPlatform.RerankService.Platform;
using EmbedPlatform.RerankService.Served;
using EmbedPlatform.RerankService.Tei;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>Bodies and answers of every format, read and written by generated code.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlatformRerankBody))]
[JsonSerializable(typeof(PlatformRerankAnswer))]
[JsonSerializable(typeof(RerankBody))]
[JsonSerializable(typeof(RerankAnswer))]
[JsonSerializable(typeof(RerankError))]
[JsonSerializable(typeof(ModelStatus))]
[JsonSerializable(typeof(TeiRank[]))]
[JsonSerializable(typeof(CohereRerankBody))]
[JsonSerializable(typeof(CohereRerankAnswer))]
[JsonSerializable(typeof(CohereError))]
[JsonSerializable(typeof(ServedModels))]
internal sealed partial class RerankJson : JsonSerializerContext;
