using System.ComponentModel;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Documents;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Search;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace EmbedPlatform.SearchApi.Http;

/// <summary>The tools that an assistant can use on its tenant's collections; all are read-only.</summary>
internal sealed class AssistantTools(SearchService search, CollectionService collections, DocumentStore documents)
{
    private const int DefaultLimit = 5;

    /// <exception cref="McpException">The request is invalid or the search failed; the message gives the reason.</exception>
    [McpServerTool(Name = "search", ReadOnly = true, OpenWorld = false)]
    [Description("Searches a collection of documents by keywords and meaning. Returns the best passages with their document ids.")]
    public Task<SearchResponse> SearchAsync(
        [Description("The collection's name")] string collection,
        [Description("The query in words")] string query,
        [Description("The number of documents to return, 1 to 50")] int limit = DefaultLimit,
        CancellationToken cancellationToken = default
    ) =>
        ExplainedAsync(() =>
            search.SearchAsync(collection, new SearchRequest { Query = query, Limit = Math.Clamp(limit, 1, 50) }, cancellationToken)
        );

    /// <exception cref="McpException">The document does not exist.</exception>
    [McpServerTool(Name = "get_document", ReadOnly = true, OpenWorld = false)]
    [Description("Reads a whole document of a collection by its id.")]
    public Task<StoredDocument> GetDocumentAsync(
        [Description("The collection's name")] string collection,
        [Description("The document's id")] string id,
        CancellationToken cancellationToken = default
    ) =>
        ExplainedAsync(async () =>
            await documents.FindAsync(await collections.RequireAsync(collection, cancellationToken), id, cancellationToken)
            ?? throw ApiException.NotFound($"There is no document \"{id}\".")
        );

    private static async Task<T> ExplainedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (ApiException failure)
        {
            throw new McpException(failure.Message, failure);
        }
    }
}
