using System.Text.Json;
using System.Text.Json.Serialization;
using EmbedPlatform.Client.Embedding;
using EmbedPlatform.Client.Reranking;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Client.Http;

/// <summary>How the platform's records are written as JSON: snake_case names, absent rather than null, enums as words.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(EmbedWireRequest))]
[JsonSerializable(typeof(EmbedWireResponse))]
[JsonSerializable(typeof(TokenizeWireRequest))]
[JsonSerializable(typeof(TokenizeWireResponse))]
[JsonSerializable(typeof(EmbedInfo))]
[JsonSerializable(typeof(RerankRequest))]
[JsonSerializable(typeof(RerankResponse))]
[JsonSerializable(typeof(RerankInfo))]
[JsonSerializable(typeof(CollectionSettings))]
[JsonSerializable(typeof(CollectionPatch))]
[JsonSerializable(typeof(Collection))]
[JsonSerializable(typeof(CollectionList))]
[JsonSerializable(typeof(Document))]
[JsonSerializable(typeof(UpsertRequest))]
[JsonSerializable(typeof(UpsertResult))]
[JsonSerializable(typeof(StoredDocument))]
[JsonSerializable(typeof(DocumentPatch))]
[JsonSerializable(typeof(DocumentPage))]
[JsonSerializable(typeof(DeleteRequest))]
[JsonSerializable(typeof(DeleteResult))]
[JsonSerializable(typeof(UploadTask))]
[JsonSerializable(typeof(UploadTaskList))]
[JsonSerializable(typeof(CollectionStats))]
[JsonSerializable(typeof(RetryResult))]
[JsonSerializable(typeof(SearchRequest))]
[JsonSerializable(typeof(SearchResponse))]
[JsonSerializable(typeof(BatchSearchResponse))]
[JsonSerializable(typeof(BatchSearchRequest))]
[JsonSerializable(typeof(RecommendRequest))]
[JsonSerializable(typeof(SimilarRequest))]
internal sealed partial class WireJson : JsonSerializerContext;
