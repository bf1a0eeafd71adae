using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Searching.Paging;

namespace EmbedPlatform.SearchApi.Searching;

/// <summary>Takes search requests: checks them, finds the collection, and hands on what is a first or a further page.</summary>
internal sealed class SearchDesk(CollectionService collections, SearchPlanner planner, SearchService search, PageService pages)
{
    /// <summary>Searches a collection.</summary>
    /// <exception cref="Failures.ApiException">400 for a wrong request, 404 without the collection, 410 for a cursor that expired, 503 where nothing can be searched.</exception>
    public async Task<SearchResponse> SearchAsync(string name, SearchRequest? request, CancellationToken cancellationToken)
    {
        if (request?.Cursor is not null)
        {
            return await pages.NextAsync(await collections.RequireAsync(name, cancellationToken), request, cancellationToken);
        }

        var plan = planner.Plan(request);
        return await search.SearchAsync(await collections.RequireAsync(name, cancellationToken), plan, cancellationToken);
    }
}
