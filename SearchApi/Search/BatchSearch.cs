using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Runs several searches; all requests are validated before the first search runs.</summary>
internal sealed class BatchSearch(CollectionService collections, SearchService search)
{
    private const int MaxSearches = 100;
    private const int SideBySide = 4;

    /// <exception cref="ApiException">400 with every invalid field of every search, or the failure of a search.</exception>
    public async Task<BatchSearchResponse> SearchAsync(string name, BatchSearchRequest request, CancellationToken cancellationToken)
    {
        var collection = await collections.RequireAsync(name, cancellationToken);
        var searches = Check(request, collection);
        var answers = new SearchResponse[searches.Count];
        await Parallel.ForAsync(
            0,
            searches.Count,
            new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken },
            async (i, token) => answers[i] = await search.SearchAsync(collection, searches[i].Request, searches[i].Plan, token)
        );
        return new BatchSearchResponse(answers);
    }

    private List<(SearchRequest Request, SearchPlan? Plan)> Check(BatchSearchRequest request, CollectionRecord collection)
    {
        if (request.Searches is not { Count: > 0 and <= MaxSearches } searches)
        {
            throw ApiException.Invalid("searches", $"must hold 1 to {MaxSearches} searches");
        }

        var errors = new FieldErrors();
        var checkedSearches = new List<(SearchRequest, SearchPlan?)>(searches.Count);
        for (var i = 0; i < searches.Count; i++)
        {
            try
            {
                if (searches[i] is { } one)
                {
                    checkedSearches.Add((one, search.Plan(one, collection)));
                }
                else
                {
                    errors.Add($"searches[{i}]", "must not be null");
                }
            }
            catch (ApiException failure) when (failure.Errors.Count > 0)
            {
                errors.AddAll(failure.Errors, $"searches[{i}].");
            }
        }

        return errors.Any ? throw ApiException.Invalid(errors) : checkedSearches;
    }
}
