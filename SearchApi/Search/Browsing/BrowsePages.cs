using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Search.Paging;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Search.Browsing;

/// <summary>Returns further pages of listings.</summary>
internal sealed class BrowsePages(BrowseCursors cursors, SearchPlanner planner, Browser browser)
{
    /// <param name="cursor">The parsed cursor of the request.</param>
    /// <exception cref="ApiException">400: the request is invalid; 410: the cursor has expired.</exception>
    public async Task<SearchResponse> NextAsync(
        CollectionRecord collection,
        SearchRequest request,
        Guid cursor,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        PageService.CheckContinuation(request, errors);
        if (errors.Any)
        {
            throw ApiException.Invalid(errors);
        }

        var previous = await cursors.FindAsync(collection, cursor, cancellationToken) ?? throw PageService.Expired();
        var next = previous.Request with { Limit = request.Limit ?? previous.Request.Limit };
        return await browser.BrowseAsync(collection, planner.Plan(next, collection), next, previous, cancellationToken);
    }
}
