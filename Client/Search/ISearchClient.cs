namespace EmbedPlatform.Client.Search;

/// <summary>A typed client of SearchApi. Every method throws <see cref="PlatformException"/> where the service refuses or cannot answer.</summary>
public interface ISearchClient
{
    /// <summary>All collections. <c>GET /api/v1/collections</c>.</summary>
    Task<IReadOnlyList<Collection>> ListCollectionsAsync(CancellationToken cancellationToken = default);

    /// <summary>One collection, or null where there is none of this name. <c>GET /api/v1/collections/{name}</c>.</summary>
    Task<Collection?> GetCollectionAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Makes a collection; one with equal settings is left as it is. <c>PUT /api/v1/collections/{name}</c>.</summary>
    Task<Collection> CreateCollectionAsync(string name, CollectionSettings? settings = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a collection with all it holds; false where there is none. <c>DELETE /api/v1/collections/{name}</c>.</summary>
    Task<bool> DeleteCollectionAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Stores documents. <c>POST /api/v1/collections/{name}/documents</c> with a JSON body.</summary>
    Task<UpsertResult> UpsertAsync(string collection, IReadOnlyList<Document> documents, CancellationToken cancellationToken = default);

    /// <summary>Stores a stream of documents of any length. The same route with an <c>application/x-ndjson</c> body.</summary>
    Task<UpsertResult> UpsertAsync(string collection, IAsyncEnumerable<Document> documents, CancellationToken cancellationToken = default);

    /// <summary>One document, or null. <c>GET /api/v1/collections/{name}/documents/{id}</c>.</summary>
    Task<StoredDocument?> GetDocumentAsync(string collection, string id, CancellationToken cancellationToken = default);

    /// <summary>Deletes a document; false where there is none. <c>DELETE /api/v1/collections/{name}/documents/{id}</c>.</summary>
    Task<bool> DeleteDocumentAsync(string collection, string id, CancellationToken cancellationToken = default);

    /// <summary>Searches. <c>POST /api/v1/collections/{name}/search</c>.</summary>
    Task<SearchResponse> SearchAsync(string collection, SearchRequest request, CancellationToken cancellationToken = default);
}
