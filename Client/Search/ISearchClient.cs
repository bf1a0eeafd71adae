namespace EmbedPlatform.Client.Search;

/// <summary>
/// A typed client of SearchApi. Every method throws <see cref="PlatformException"/> if the service refuses or does not respond.
/// </summary>
public interface ISearchClient
{
    /// <summary>Lists all collections. <c>GET /api/v1/collections</c>.</summary>
    Task<IReadOnlyList<Collection>> ListCollectionsAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns a collection, or null if it does not exist. <c>GET /api/v1/collections/{name}</c>.</summary>
    Task<Collection?> GetCollectionAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>
    /// Creates a collection; an existing one with equal settings stays as it is. <c>PUT /api/v1/collections/{name}</c>.
    /// </summary>
    Task<Collection> CreateCollectionAsync(string name, CollectionSettings? settings = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes settings that need no re-indexing; null if the collection does not exist. <c>PATCH /api/v1/collections/{name}</c>.
    /// </summary>
    Task<Collection?> PatchCollectionAsync(string name, CollectionPatch patch, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes a collection and all its documents; false if it does not exist. <c>DELETE /api/v1/collections/{name}</c>.
    /// </summary>
    Task<bool> DeleteCollectionAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>
    /// Renames a collection atomically; its aliases follow. <c>POST /api/v1/collections/{name}/rename</c>.
    /// </summary>
    Task<Collection> RenameCollectionAsync(string name, string newName, CancellationToken cancellationToken = default);

    /// <summary>
    /// Copies a collection with its documents, vectors, lexical index and settings; nothing is embedded again. The copy appears when it is
    /// complete. <c>POST /api/v1/collections/{name}/clone</c>.
    /// </summary>
    Task<Collection> CloneCollectionAsync(string name, string newName, CancellationToken cancellationToken = default);

    /// <summary>Lists all aliases. <c>GET /api/v1/aliases</c>.</summary>
    Task<IReadOnlyList<CollectionAlias>> ListAliasesAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns an alias, or null if it does not exist. <c>GET /api/v1/aliases/{alias}</c>.</summary>
    Task<CollectionAlias?> GetAliasAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>
    /// Creates an alias, or moves it to another collection atomically. <c>PUT /api/v1/aliases/{alias}</c>.
    /// </summary>
    Task<CollectionAlias> PutAliasAsync(string name, string collection, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes an alias; false if it does not exist. Its collection stays. <c>DELETE /api/v1/aliases/{alias}</c>.
    /// </summary>
    Task<bool> DeleteAliasAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>
    /// Opens an export of a collection with its vectors: lines of JSON, a header, the documents and a trailer with a checksum. The caller
    /// disposes of the stream, which fails if the connection breaks. <c>GET /api/v1/collections/{name}/export</c>.
    /// </summary>
    /// <param name="collection">The collection.</param>
    /// <param name="after">The id of the last document of an interrupted export, to continue after it; null for a whole export.</param>
    /// <param name="version">The version in the header of the interrupted export; null for a whole export.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    Task<Stream> ExportAsync(string collection, string? after = null, long? version = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Imports an export, and creates the collection if it does not exist. Vectors are taken over if the collection has the model and the
    /// chunking of the export. Repeating an import is safe. <c>POST /api/v1/collections/{name}/import</c>.
    /// </summary>
    /// <param name="collection">The collection.</param>
    /// <param name="lines">The lines of the export, read from its position.</param>
    /// <param name="cancellationToken">Cancels the request; committed documents stay.</param>
    Task<ImportResult> ImportAsync(string collection, Stream lines, CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns the counts of a collection and the state of its vectors, or null if it does not exist.
    /// <c>GET /api/v1/collections/{name}/stats</c>.
    /// </summary>
    Task<CollectionStats?> GetCollectionStatsAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Retries the documents that could not be embedded. <c>POST /api/v1/collections/{name}/retry</c>.</summary>
    Task<RetryResult> RetryFailedAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Returns the progress of a bulk upload, or null if the task does not exist. <c>GET /api/v1/tasks/{id}</c>.</summary>
    Task<UploadTask?> GetTaskAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Streams the progress of a bulk upload: at once, on every change and periodically without one, and a last time when it is
    /// finished (<see cref="UploadTask.FinishedAt"/>). Reconnects when the stream breaks. <c>GET /api/v1/tasks/{id}/events</c>,
    /// server-sent events.
    /// </summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="PlatformException">The task does not exist, or the service was unreachable several times in a row.</exception>
    IAsyncEnumerable<UploadTask> FollowTaskAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Lists bulk uploads, latest first. <c>GET /api/v1/tasks</c>.</summary>
    Task<IReadOnlyList<UploadTask>> ListTasksAsync(CancellationToken cancellationToken = default);

    /// <summary>Cancels a running upload; false if the task does not exist. <c>DELETE /api/v1/tasks/{id}</c>.</summary>
    Task<bool> CancelTaskAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Stores documents. <c>POST /api/v1/collections/{name}/documents</c> with a JSON body.</summary>
    Task<UpsertResult> UpsertAsync(string collection, IReadOnlyList<Document> documents, CancellationToken cancellationToken = default);

    /// <summary>Stores a stream of documents of any length, on the same route with an <c>application/x-ndjson</c> body.</summary>
    Task<UpsertResult> UpsertAsync(string collection, IAsyncEnumerable<Document> documents, CancellationToken cancellationToken = default);

    /// <summary>Returns a document, or null if it does not exist. <c>GET /api/v1/collections/{name}/documents/{id}</c>.</summary>
    Task<StoredDocument?> GetDocumentAsync(string collection, string id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists a page of documents in the order of their first upload. Following the cursors to the end returns every document that
    /// existed throughout exactly once. <c>GET /api/v1/collections/{name}/documents</c>.
    /// </summary>
    /// <param name="collection">The collection.</param>
    /// <param name="limit">The maximum number of documents, 1 to 1,000; 100 by default. A page of long texts may hold fewer.</param>
    /// <param name="cursor">The previous page's cursor; null for the first page.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    Task<DocumentPage> ListDocumentsAsync(
        string collection,
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Changes parts of a document; only a changed text is embedded again. Null if the document does not exist.
    /// <c>PATCH /api/v1/collections/{name}/documents/{id}</c>.
    /// </summary>
    Task<StoredDocument?> PatchDocumentAsync(
        string collection,
        string id,
        DocumentPatch patch,
        CancellationToken cancellationToken = default
    );

    /// <summary>Deletes documents. <c>POST /api/v1/collections/{name}/documents/delete</c>.</summary>
    Task<DeleteResult> DeleteDocumentsAsync(string collection, DeleteRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes a document; false if it does not exist. <c>DELETE /api/v1/collections/{name}/documents/{id}</c>.</summary>
    Task<bool> DeleteDocumentAsync(string collection, string id, CancellationToken cancellationToken = default);

    /// <summary>Finds documents similar to one. <c>POST /api/v1/collections/{name}/documents/{id}/similar</c>.</summary>
    Task<SearchResponse> FindSimilarAsync(
        string collection,
        string id,
        SimilarRequest? request = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Finds documents similar to several others. <c>POST /api/v1/collections/{name}/recommend</c>.</summary>
    Task<SearchResponse> RecommendAsync(string collection, RecommendRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Shows the terms that lexical search indexes and looks up for a text, in the collection's language.
    /// <c>POST /api/v1/collections/{name}/analyze</c>.
    /// </summary>
    Task<AnalyzeResponse> AnalyzeAsync(string collection, AnalyzeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Completes the last word of a query. <c>POST /api/v1/collections/{name}/suggest</c>.</summary>
    Task<SuggestResponse> SuggestAsync(string collection, SuggestRequest request, CancellationToken cancellationToken = default);

    /// <summary>Runs several searches. <c>POST /api/v1/collections/{name}/search/batch</c>.</summary>
    Task<IReadOnlyList<SearchResponse>> SearchAsync(
        string collection,
        IReadOnlyList<SearchRequest> searches,
        CancellationToken cancellationToken = default
    );

    /// <summary>Searches a collection. <c>POST /api/v1/collections/{name}/search</c>.</summary>
    Task<SearchResponse> SearchAsync(string collection, SearchRequest request, CancellationToken cancellationToken = default);
}
