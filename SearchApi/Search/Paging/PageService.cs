using System.Diagnostics;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Search.Hits;
using EmbedPlatform.SearchApi.Search.Typing;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.SearchApi.Search.Paging;

/// <summary>Returns further pages of kept rankings.</summary>
internal sealed class PageService(CursorStore cursors, HitFactory hits)
{
    private const int MaxLimit = 1_000;

    /// <exception cref="ApiException">400: the request is invalid; 410: the ranking has expired.</exception>
    public async Task<SearchResponse> NextAsync(CollectionRecord collection, SearchRequest request, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var cursor = Check(request);
        var limit = request.Limit ?? cursor.Limit;
        var (search, kept, page) = await cursors.LoadAsync(collection, cursor, limit, cancellationToken) ?? throw Expired();
        var results = await hits.MakeAsync(
            collection,
            search.Query,
            null,
            search.Typing ?? TypingMode.Off,
            new HitFields(search.Fields, search.Highlight),
            page,
            cancellationToken
        );
        var passed = cursor.Offset + page.Count;
        var timings = SearchTimings.OfTotal(Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3));
        return new SearchResponse(
            results,
            new SearchMetadata(results.Count, search.Mode, search.Rerank, search.Degraded, timings)
            {
                Total = search.Reach?.Total,
                TotalRelation = search.Reach?.Relation,
                Pageable = search.Reach?.Pageable,
                Next = passed < kept && page.Count > 0 ? new Cursor(cursor.Id, passed, limit).ToString() : null,
            }
        );
    }

    private static Cursor Check(SearchRequest request)
    {
        var errors = new FieldErrors();
        var cursor = Cursor.Read(request.Cursor!);
        if (cursor is null or { Limit: > MaxLimit })
        {
            SearchPlanner.CheckRange(request.Limit, 1, MaxLimit, "limit", errors);
            errors.Add("cursor", "is not a cursor of this service");
        }
        else
        {
            CheckContinuation(request, errors);
        }

        return errors.Any ? throw ApiException.Invalid(errors) : cursor!.Value;
    }

    /// <summary>Validates what a cursor is combined with.</summary>
    public static void CheckContinuation(SearchRequest request, FieldErrors errors)
    {
        SearchPlanner.CheckRange(request.Limit, 1, MaxLimit, "limit", errors);
        if (request with { Cursor = null, Limit = null } != new SearchRequest())
        {
            errors.Add("cursor", "can be combined with limit only: a cursor continues its own search");
        }
    }

    public static ApiException Expired() =>
        new(
            StatusCodes.Status410Gone,
            "The cursor has expired.",
            "The search of this cursor is no longer kept, or belongs to another collection. Search again."
        );
}
