using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Dense search in the format of an earlier interface.</summary>
internal sealed class SemanticSearch(CollectionService collections, SearchService search)
{
    private const int DefaultLimit = 10;
    private const int MaxLimit = 100;
    private const double DefaultThreshold = 0.7;

    /// <summary>The documents at or above the threshold, most similar first.</summary>
    /// <exception cref="ApiException">
    /// 400: the request is invalid; 404: no such collection; 503: the query cannot be embedded.
    /// </exception>
    public async Task<SemanticSearchResponse> SearchAsync(SemanticSearchRequest request, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var errors = new FieldErrors();
        SearchPlanner.CheckQuery(request.Query, errors);
        SearchPlanner.CheckRange(request.Limit, 1, MaxLimit, "limit", errors);
        var threshold = request.Threshold ?? DefaultThreshold;
        if (!(threshold is >= 0 and <= 1))
        {
            errors.Add("threshold", "must be from 0 to 1");
        }

        if (errors.Any)
        {
            throw ApiException.Invalid(errors);
        }

        var answer = await search.SearchAsync(
            request.Collection ?? await OnlyOneAsync(cancellationToken),
            new SearchRequest
            {
                Query = request.Query,
                Mode = SearchMode.Dense,
                Limit = request.Limit ?? DefaultLimit,
                Threshold = threshold,
            },
            cancellationToken
        );
        var hits = answer.Results.Select(hit => new SemanticHit(hit.Id, hit.Score, hit.Title, hit.Text, hit.Metadata)).ToList();
        var seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 6);
        return new SemanticSearchResponse(hits, new SemanticMetadata(hits.Count, request.Query!, threshold, seconds));
    }

    private async Task<string> OnlyOneAsync(CancellationToken cancellationToken)
    {
        var all = (await collections.ListAsync(cancellationToken)).Collections;
        return all.Count == 1
            ? all[0].Name
            : throw ApiException.Invalid(
                "collection",
                all.Count == 0 ? "No collection exists yet." : $"is required: there are {all.Count} collections"
            );
    }
}
