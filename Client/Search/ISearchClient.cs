namespace EmbedPlatform.Client.Search;

/// <summary>
/// A typed client of SearchApi. Every method throws <see cref="PlatformException"/> where the service refuses or cannot answer.
/// </summary>
public interface ISearchClient
{
    /// <summary>All collections. <c>GET /api/v1/collections</c>.</summary>
    Task<IReadOnlyList<Collection>> ListCollectionsAsync(CancellationToken cancellationToken = default);

    /// <summary>One collection, or null where there is none of this name. <c>GET /api/v1/collections/{name}</c>.</summary>
    Task<Collection?> GetCollectionAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Makes a collection; one with equal settings is left as it is. <c>PUT /api/v1/collections/{name}</c>.</summary>
    Task<Collection> CreateCollectionAsync(string name, CollectionSettings? settings = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes what can be changed without indexing again; null where there is no such collection. <c>PATCH /api/v1/collections/{name}</c>.
    /// </summary>
    Task<Collection?> PatchCollectionAsync(string name, CollectionPatch patch, CancellationToken cancellationToken = default);

    /// <summary>Deletes a collection and all its documents; false where there is none. <c>DELETE /api/v1/collections/{name}</c>.</summary>
    Task<bool> DeleteCollectionAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>
    /// What a collection holds and whether its vectors are sound, or null where there is none. <c>GET /api/v1/collections/{name}/stats</c>.
    /// </summary>
    Task<CollectionStats?> GetCollectionStatsAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Retries the documents that could not be embedded. <c>POST /api/v1/collections/{name}/retry</c>.</summary>
    Task<RetryResult> RetryFailedAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>How far a bulk upload is, or null where there is no such task. <c>GET /api/v1/tasks/{id}</c>.</summary>
    Task<UploadTask?> GetTaskAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>
    /// A bulk upload as it goes on: at once, whenever it moves and now and then where it does not, the last time when it is finished
    /// (<see cref="UploadTask.FinishedAt"/>). Where the stream breaks a new one is opened. <c>GET /api/v1/tasks/{id}/events</c>,
    /// server-sent events.
    /// </summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="PlatformException">There is no such task, or the service was away several times in a row.</exception>
    IAsyncEnumerable<UploadTask> FollowTaskAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Lists bulk uploads, latest first. <c>GET /api/v1/tasks</c>.</summary>
    Task<IReadOnlyList<UploadTask>> ListTasksAsync(CancellationToken cancellationToken = default);

    /// <summary>Cancels an upload that goes on; false where there is no such task. <c>DELETE /api/v1/tasks/{id}</c>.</summary>
    Task<bool> CancelTaskAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Stores documents. <c>POST /api/v1/collections/{name}/documents</c> with a JSON body.</summary>
    Task<UpsertResult> UpsertAsync(string collection, IReadOnlyList<Document> documents, CancellationToken cancellationToken = default);

    /// <summary>Stores a stream of documents of any length. The same route with an <c>application/x-ndjson</c> body.</summary>
    Task<UpsertResult> UpsertAsync(string collection, IAsyncEnumerable<Document> documents, CancellationToken cancellationToken = default);

    /// <summary>One document, or null. <c>GET /api/v1/collections/{name}/documents/{id}</c>.</summary>
    Task<StoredDocument?> GetDocumentAsync(string collection, string id, CancellationToken cancellationToken = default);

    /// <summary>
    /// A page of documents in the order in which they first came. Following the cursors to the end gives every document that was there all
    /// the time exactly once. <c>GET /api/v1/collections/{name}/documents</c>.
    /// </summary>
    /// <param name="collection">The collection.</param>
    /// <param name="limit">The most documents of the page, 1 to 1,000; 100 where it is not given. A page of long texts may hold
    /// fewer.</param>
    /// <param name="cursor">Where the page begins, as the page before says.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<DocumentPage> ListDocumentsAsync(
        string collection,
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Changes parts of a document; only a changed text is embedded again. Null where there is none. <c>PATCH
    /// /api/v1/collections/{name}/documents/{id}</c>.
    /// </summary>
    Task<StoredDocument?> PatchDocumentAsync(
        string collection,
        string id,
        DocumentPatch patch,
        CancellationToken cancellationToken = default
    );

    /// <summary>Deletes documents. <c>POST /api/v1/collections/{name}/documents/delete</c>.</summary>
    Task<DeleteResult> DeleteDocumentsAsync(string collection, DeleteRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes a document; false where there is none. <c>DELETE /api/v1/collections/{name}/documents/{id}</c>.</summary>
    Task<bool> DeleteDocumentAsync(string collection, string id, CancellationToken cancellationToken = default);

    /// <summary>Finds documents similar to one. <c>POST /api/v1/collections/{name}/documents/{id}/similar</c>.</summary>
    Task<SearchResponse> FindSimilarAsync(
        string collection,
        string id,
        SimilarRequest? request = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Finds documents like several. <c>POST /api/v1/collections/{name}/recommend</c>.</summary>
    Task<SearchResponse> RecommendAsync(string collection, RecommendRequest request, CancellationToken cancellationToken = default);

    /// <summary>Several searches at once. <c>POST /api/v1/collections/{name}/search/batch</c>.</summary>
    Task<IReadOnlyList<SearchResponse>> SearchAsync(
        string collection,
        IReadOnlyList<SearchRequest> searches,
        CancellationToken cancellationToken = default
    );

    /// <summary>Searches. <c>POST /api/v1/collections/{name}/search</c>.</summary>
    Task<SearchResponse> SearchAsync(string collection, SearchRequest request, CancellationToken cancellationToken = default);
}
