using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tests.Ingestion;

/// <summary>
/// A platform that answers as a test says: for weather that a real one does not show when asked to. It keeps ids and counts what was
/// sent to it.
/// </summary>
internal sealed class ScriptedSearch : ISearchClient
{
    private readonly HashSet<string> _stored = [];

    /// <summary>How a search is answered.</summary>
    public Func<SearchRequest, SearchResponse> OnSearch { get; init; } = _ => throw new NotSupportedException();

    /// <summary>Told the number of the upsert, from 1, before it stores anything; may throw.</summary>
    public Action<int> BeforeUpsert { get; init; } = _ => { };

    /// <summary>Ids that are refused.</summary>
    public HashSet<string> Refused { get; init; } = [];

    /// <summary>How many documents wait, one number for each time somebody asks; then none.</summary>
    public Queue<long> Pending { get; init; } = [];

    /// <summary>How many documents each upsert held.</summary>
    public List<int> Batches { get; } = [];

    public Task<Collection> CreateCollectionAsync(string name, CollectionSettings? settings, CancellationToken cancellationToken) =>
        Task.FromResult(State(0));

    public Task<Collection?> GetCollectionAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<Collection?>(State(Pending.TryDequeue(out var pending) ? pending : 0));

    public async Task<UpsertResult> UpsertAsync(
        string collection,
        IAsyncEnumerable<Document> documents,
        CancellationToken cancellationToken
    )
    {
        var batch = await documents.ToListAsync(cancellationToken);
        Batches.Add(batch.Count);
        BeforeUpsert(Batches.Count);
        var errors = batch
            .Select((document, index) => (document, index))
            .Where(entry => Refused.Contains(entry.document.Id!))
            .Select(entry => new DocumentError(entry.index, entry.document.Id, "text", "blank"))
            .ToList();
        var written = batch.Count(document => !Refused.Contains(document.Id!) && _stored.Add(document.Id!));
        return new UpsertResult(batch.Count, written, batch.Count - written - errors.Count, errors, errors.Count);
    }

    public Task<SearchResponse> SearchAsync(string collection, SearchRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(OnSearch(request));

    public Task<SearchResponse> FindSimilarAsync(
        string collection,
        string id,
        SimilarRequest? request,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public Task<SearchResponse> RecommendAsync(string collection, RecommendRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<AnalyzeResponse> AnalyzeAsync(string collection, AnalyzeRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<SearchResponse>> SearchAsync(
        string collection,
        IReadOnlyList<SearchRequest> searches,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public Task<IReadOnlyList<Collection>> ListCollectionsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>How the collection was changed.</summary>
    public List<CollectionPatch> Patches { get; } = [];

    public Task<Collection?> PatchCollectionAsync(string name, CollectionPatch patch, CancellationToken cancellationToken)
    {
        Patches.Add(patch);
        return Task.FromResult<Collection?>(State(0));
    }

    public Task<bool> DeleteCollectionAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<UpsertResult> UpsertAsync(string collection, IReadOnlyList<Document> documents, CancellationToken cancellationToken) =>
        UpsertAsync(collection, documents.ToAsyncEnumerable(), cancellationToken);

    public Task<StoredDocument?> GetDocumentAsync(string collection, string id, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<bool> DeleteDocumentAsync(string collection, string id, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<CollectionStats?> GetCollectionStatsAsync(string name, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<SuggestResponse> SuggestAsync(string collection, SuggestRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<RetryResult> RetryFailedAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<UploadTask?> GetTaskAsync(Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<UploadTask> FollowTaskAsync(Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<UploadTask>> ListTasksAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> CancelTaskAsync(Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<DocumentPage> ListDocumentsAsync(string collection, int? limit, string? cursor, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<StoredDocument?> PatchDocumentAsync(
        string collection,
        string id,
        DocumentPatch patch,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public Task<DeleteResult> DeleteDocumentsAsync(string collection, DeleteRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Collection> RenameCollectionAsync(string name, string newName, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Collection> CloneCollectionAsync(string name, string newName, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<CollectionAlias>> ListAliasesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CollectionAlias?> GetAliasAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CollectionAlias> PutAliasAsync(string name, string collection, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<bool> DeleteAliasAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Stream> ExportAsync(string collection, string? after, long? version, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ImportResult> ImportAsync(string collection, Stream lines, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private Collection State(long pending) =>
        new("docs", "model", 4, "simple", 128, 0, _stored.Count, _stored.Count, pending, 0, DateTimeOffset.UnixEpoch);
}
