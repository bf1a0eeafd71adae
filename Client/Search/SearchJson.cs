using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbedPlatform.Client.Search;

/// <summary>JSON of this folder's records: snake_case names, no nulls, enums as strings.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict
)]
[JsonSerializable(typeof(CollectionSettings))]
[JsonSerializable(typeof(CollectionPatch))]
[JsonSerializable(typeof(Collection))]
[JsonSerializable(typeof(CollectionList))]
[JsonSerializable(typeof(CollectionAlias))]
[JsonSerializable(typeof(AliasList))]
[JsonSerializable(typeof(AliasRequest))]
[JsonSerializable(typeof(NameRequest))]
[JsonSerializable(typeof(ExportHeader))]
[JsonSerializable(typeof(ExportTrailer))]
[JsonSerializable(typeof(ImportResult))]
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
[JsonSerializable(typeof(AnalyzeRequest))]
[JsonSerializable(typeof(AnalyzeResponse))]
[JsonSerializable(typeof(SuggestRequest))]
[JsonSerializable(typeof(SuggestResponse))]
[JsonSerializable(typeof(SearchRequest))]
[JsonSerializable(typeof(SearchResponse))]
[JsonSerializable(typeof(BatchSearchResponse))]
[JsonSerializable(typeof(BatchSearchRequest))]
[JsonSerializable(typeof(RecommendRequest))]
[JsonSerializable(typeof(SimilarRequest))]
internal sealed partial class SearchJson : JsonSerializerContext;
