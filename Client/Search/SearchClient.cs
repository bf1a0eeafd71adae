using EmbedPlatform.Client.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.Client.Search;

/// <summary>Calls SearchApi over HTTP.</summary>
public sealed class SearchClient : ISearchClient
{
    private const string Root = "api/v1/collections";
    private const string Tasks = "api/v1/tasks";
    private const string Aliases = "api/v1/aliases";

    private readonly PlatformChannel _channel;

    /// <summary>
    /// Uses an <see cref="HttpClient"/> whose base address is the service's. The caller disposes of it. Its
    /// <see cref="HttpClient.Timeout"/> also limits a whole upload.
    /// </summary>
    [ActivatorUtilitiesConstructor]
    public SearchClient(HttpClient http) => _channel = new PlatformChannel(http, "SearchApi");

    /// <summary>Opens its own connections, for programs without dependency injection.</summary>
    public SearchClient(Uri baseAddress, string? apiKey = null)
        : this(PlatformChannel.HttpFor(baseAddress, apiKey)) { }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Collection>> ListCollectionsAsync(CancellationToken cancellationToken = default) =>
        (await _channel.GetAsync(Root, SearchJson.Default.CollectionList, cancellationToken).ConfigureAwait(false)).Collections;

    /// <inheritdoc/>
    public Task<Collection?> GetCollectionAsync(string name, CancellationToken cancellationToken = default) =>
        _channel.FindAsync(Path(name), SearchJson.Default.Collection, cancellationToken);

    /// <inheritdoc/>
    public Task<Collection> CreateCollectionAsync(
        string name,
        CollectionSettings? settings = null,
        CancellationToken cancellationToken = default
    ) =>
        _channel.SendAsync(
            HttpMethod.Put,
            Path(name),
            settings ?? new CollectionSettings(),
            SearchJson.Default.CollectionSettings,
            SearchJson.Default.Collection,
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<Collection?> PatchCollectionAsync(string name, CollectionPatch patch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(patch);
        return _channel.FindAsync(
            HttpMethod.Patch,
            Path(name),
            patch,
            SearchJson.Default.CollectionPatch,
            SearchJson.Default.Collection,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<bool> DeleteCollectionAsync(string name, CancellationToken cancellationToken = default) =>
        _channel.DeleteAsync(Path(name), cancellationToken);

    /// <inheritdoc/>
    public Task<Collection> RenameCollectionAsync(string name, string newName, CancellationToken cancellationToken = default) =>
        NameAsync(name, "rename", newName, cancellationToken);

    /// <inheritdoc/>
    public Task<Collection> CloneCollectionAsync(string name, string newName, CancellationToken cancellationToken = default) =>
        NameAsync(name, "clone", newName, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CollectionAlias>> ListAliasesAsync(CancellationToken cancellationToken = default) =>
        (await _channel.GetAsync(Aliases, SearchJson.Default.AliasList, cancellationToken).ConfigureAwait(false)).Aliases;

    /// <inheritdoc/>
    public Task<CollectionAlias?> GetAliasAsync(string name, CancellationToken cancellationToken = default) =>
        _channel.FindAsync(AliasPath(name), SearchJson.Default.CollectionAlias, cancellationToken);

    /// <inheritdoc/>
    public Task<CollectionAlias> PutAliasAsync(string name, string collection, CancellationToken cancellationToken = default) =>
        _channel.SendAsync(
            HttpMethod.Put,
            AliasPath(name),
            new AliasRequest { Collection = collection },
            SearchJson.Default.AliasRequest,
            SearchJson.Default.CollectionAlias,
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<bool> DeleteAliasAsync(string name, CancellationToken cancellationToken = default) =>
        _channel.DeleteAsync(AliasPath(name), cancellationToken);

    /// <inheritdoc/>
    public Task<Stream> ExportAsync(
        string collection,
        string? after = null,
        long? version = null,
        CancellationToken cancellationToken = default
    )
    {
        string?[] query =
        [
            after is null ? null : $"after={Uri.EscapeDataString(after)}",
            version is null ? null : FormattableString.Invariant($"version={version}"),
        ];
        return _channel.OpenAsync(
            $"{Path(collection)}/export?{string.Join('&', query.Where(part => part is not null))}",
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<ImportResult> ImportAsync(string collection, Stream lines, CancellationToken cancellationToken = default) =>
        _channel.SendLinesAsync(Path(collection) + "/import", lines, SearchJson.Default.ImportResult, cancellationToken);

    /// <inheritdoc/>
    public Task<CollectionStats?> GetCollectionStatsAsync(string name, CancellationToken cancellationToken = default) =>
        _channel.FindAsync(Path(name) + "/stats", SearchJson.Default.CollectionStats, cancellationToken);

    /// <inheritdoc/>
    public Task<RetryResult> RetryFailedAsync(string name, CancellationToken cancellationToken = default) =>
        _channel.SendAsync(
            HttpMethod.Post,
            Path(name) + "/retry",
            new CollectionSettings(),
            SearchJson.Default.CollectionSettings,
            SearchJson.Default.RetryResult,
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<UploadTask?> GetTaskAsync(Guid id, CancellationToken cancellationToken = default) =>
        _channel.FindAsync($"{Tasks}/{id}", SearchJson.Default.UploadTask, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<UploadTask> FollowTaskAsync(Guid id, CancellationToken cancellationToken = default) =>
        TaskFollower.FollowAsync(_channel, $"{Tasks}/{id}/events", cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<UploadTask>> ListTasksAsync(CancellationToken cancellationToken = default) =>
        (await _channel.GetAsync(Tasks, SearchJson.Default.UploadTaskList, cancellationToken).ConfigureAwait(false)).Tasks;

    /// <inheritdoc/>
    public Task<bool> CancelTaskAsync(Guid id, CancellationToken cancellationToken = default) =>
        _channel.DeleteAsync($"{Tasks}/{id}", cancellationToken);

    /// <inheritdoc/>
    public Task<UpsertResult> UpsertAsync(
        string collection,
        IReadOnlyList<Document> documents,
        CancellationToken cancellationToken = default
    ) =>
        _channel.SendAsync(
            HttpMethod.Post,
            Path(collection) + "/documents",
            new UpsertRequest(documents),
            SearchJson.Default.UpsertRequest,
            SearchJson.Default.UpsertResult,
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<UpsertResult> UpsertAsync(
        string collection,
        IAsyncEnumerable<Document> documents,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(documents);
        return _channel.StreamAsync(
            Path(collection) + "/documents",
            documents,
            SearchJson.Default.Document,
            SearchJson.Default.UpsertResult,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<StoredDocument?> GetDocumentAsync(string collection, string id, CancellationToken cancellationToken = default) =>
        _channel.FindAsync(Path(collection, id), SearchJson.Default.StoredDocument, cancellationToken);

    /// <inheritdoc/>
    public Task<DocumentPage> ListDocumentsAsync(
        string collection,
        int? limit = null,
        string? cursor = null,
        CancellationToken cancellationToken = default
    )
    {
        string?[] query =
        [
            limit is null ? null : FormattableString.Invariant($"limit={limit}"),
            cursor is null ? null : $"cursor={Uri.EscapeDataString(cursor)}",
        ];
        return _channel.GetAsync(
            $"{Path(collection)}/documents?{string.Join('&', query.Where(part => part is not null))}",
            SearchJson.Default.DocumentPage,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<StoredDocument?> PatchDocumentAsync(
        string collection,
        string id,
        DocumentPatch patch,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(patch);
        return _channel.FindAsync(
            HttpMethod.Patch,
            Path(collection, id),
            patch,
            SearchJson.Default.DocumentPatch,
            SearchJson.Default.StoredDocument,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<DeleteResult> DeleteDocumentsAsync(string collection, DeleteRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _channel.SendAsync(
            HttpMethod.Post,
            Path(collection) + "/documents/delete",
            request,
            SearchJson.Default.DeleteRequest,
            SearchJson.Default.DeleteResult,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<bool> DeleteDocumentAsync(string collection, string id, CancellationToken cancellationToken = default) =>
        _channel.DeleteAsync(Path(collection, id), cancellationToken);

    /// <inheritdoc/>
    public Task<SearchResponse> FindSimilarAsync(
        string collection,
        string id,
        SimilarRequest? request = null,
        CancellationToken cancellationToken = default
    ) =>
        _channel.SendAsync(
            HttpMethod.Post,
            Path(collection, id) + "/similar",
            request ?? new SimilarRequest(),
            SearchJson.Default.SimilarRequest,
            SearchJson.Default.SearchResponse,
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<AnalyzeResponse> AnalyzeAsync(string collection, AnalyzeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _channel.SendAsync(
            HttpMethod.Post,
            Path(collection) + "/analyze",
            request,
            SearchJson.Default.AnalyzeRequest,
            SearchJson.Default.AnalyzeResponse,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<SuggestResponse> SuggestAsync(string collection, SuggestRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _channel.SendAsync(
            HttpMethod.Post,
            Path(collection) + "/suggest",
            request,
            SearchJson.Default.SuggestRequest,
            SearchJson.Default.SuggestResponse,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task<SearchResponse> RecommendAsync(string collection, RecommendRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _channel.SendAsync(
            HttpMethod.Post,
            Path(collection) + "/recommend",
            request,
            SearchJson.Default.RecommendRequest,
            SearchJson.Default.SearchResponse,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SearchResponse>> SearchAsync(
        string collection,
        IReadOnlyList<SearchRequest> searches,
        CancellationToken cancellationToken = default
    )
    {
        var answer = await _channel
            .SendAsync(
                HttpMethod.Post,
                Path(collection) + "/search/batch",
                new BatchSearchRequest { Searches = searches },
                SearchJson.Default.BatchSearchRequest,
                SearchJson.Default.BatchSearchResponse,
                cancellationToken
            )
            .ConfigureAwait(false);
        return answer.Answers;
    }

    /// <inheritdoc/>
    public Task<SearchResponse> SearchAsync(string collection, SearchRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _channel.SendAsync(
            HttpMethod.Post,
            Path(collection) + "/search",
            request,
            SearchJson.Default.SearchRequest,
            SearchJson.Default.SearchResponse,
            cancellationToken
        );
    }

    private Task<Collection> NameAsync(string name, string action, string to, CancellationToken cancellationToken) =>
        _channel.SendAsync(
            HttpMethod.Post,
            $"{Path(name)}/{action}",
            new NameRequest { To = to },
            SearchJson.Default.NameRequest,
            SearchJson.Default.Collection,
            cancellationToken
        );

    private static string AliasPath(string alias)
    {
        ArgumentException.ThrowIfNullOrEmpty(alias);
        return $"{Aliases}/{Uri.EscapeDataString(alias)}";
    }

    private static string Path(string collection)
    {
        ArgumentException.ThrowIfNullOrEmpty(collection);
        return $"{Root}/{Uri.EscapeDataString(collection)}";
    }

    private static string Path(string collection, string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return $"{Path(collection)}/documents/{Uri.EscapeDataString(id)}";
    }
}
