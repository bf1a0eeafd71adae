using EmbedPlatform.Client.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmbedPlatform.Client.Search;

/// <summary>SearchApi over HTTP.</summary>
public sealed class SearchClient : ISearchClient
{
    private const string Root = "api/v1/collections";

    private readonly PlatformChannel _channel;

    /// <summary>
    /// A client over an <see cref="HttpClient"/> whose base address is the service's; it stays the caller's to dispose of.
    /// Its <see cref="HttpClient.Timeout"/> also limits a whole upload.
    /// </summary>
    [ActivatorUtilitiesConstructor]
    public SearchClient(HttpClient http) => _channel = new PlatformChannel(http, "SearchApi");

    /// <summary>A client with connections of its own, for programs without dependency injection.</summary>
    public SearchClient(Uri baseAddress, string? apiKey = null)
        : this(PlatformChannel.HttpFor(baseAddress, apiKey))
    {
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Collection>> ListCollectionsAsync(CancellationToken cancellationToken = default) =>
        (await _channel.GetAsync(Root, WireJson.Default.CollectionList, cancellationToken).ConfigureAwait(false)).Collections;

    /// <inheritdoc/>
    public Task<Collection?> GetCollectionAsync(string name, CancellationToken cancellationToken = default) =>
        _channel.FindAsync(Path(name), WireJson.Default.Collection, cancellationToken);

    /// <inheritdoc/>
    public Task<Collection> CreateCollectionAsync(
        string name, CollectionSettings? settings = null, CancellationToken cancellationToken = default) =>
        _channel.SendAsync(
            HttpMethod.Put,
            Path(name),
            settings ?? new CollectionSettings(),
            WireJson.Default.CollectionSettings,
            WireJson.Default.Collection,
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteCollectionAsync(string name, CancellationToken cancellationToken = default) =>
        _channel.DeleteAsync(Path(name), cancellationToken);

    /// <inheritdoc/>
    public Task<UpsertResult> UpsertAsync(string collection, IReadOnlyList<Document> documents, CancellationToken cancellationToken = default) =>
        _channel.SendAsync(
            HttpMethod.Post,
            Path(collection) + "/documents",
            new UpsertRequest(documents),
            WireJson.Default.UpsertRequest,
            WireJson.Default.UpsertResult,
            cancellationToken);

    /// <inheritdoc/>
    public Task<UpsertResult> UpsertAsync(string collection, IAsyncEnumerable<Document> documents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        return _channel.StreamAsync(
            Path(collection) + "/documents", documents, WireJson.Default.Document, WireJson.Default.UpsertResult, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StoredDocument?> GetDocumentAsync(string collection, string id, CancellationToken cancellationToken = default) =>
        _channel.FindAsync(Path(collection, id), WireJson.Default.StoredDocument, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteDocumentAsync(string collection, string id, CancellationToken cancellationToken = default) =>
        _channel.DeleteAsync(Path(collection, id), cancellationToken);

    /// <inheritdoc/>
    public Task<SearchResponse> SearchAsync(string collection, SearchRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _channel.SendAsync(
            HttpMethod.Post,
            Path(collection) + "/search",
            request,
            WireJson.Default.SearchRequest,
            WireJson.Default.SearchResponse,
            cancellationToken);
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
