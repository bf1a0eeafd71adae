using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Failures;

namespace EmbedPlatform.SearchApi.Searching;

/// <summary>A search with every part checked and decided.</summary>
internal sealed record SearchPlan(string Query, int Limit, SearchMode Mode, RerankMode Rerank, int RerankDepth, int LegDepth)
{
    private const int LongestQuery = 10_000;
    private const int DefaultLimit = 20;
    private const int LargestLimit = 1_000;
    private const int LargestRerankDepth = 1_000;

    /// <summary>Checks a request and fills in the defaults.</summary>
    /// <exception cref="ApiException">400 that names every wrong field.</exception>
    public static SearchPlan From(SearchRequest? request, SearchOptions options)
    {
        request ??= new SearchRequest();
        var errors = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(request.Query))
        {
            errors["query"] = ["It must not be blank."];
        }
        else if (request.Query.Length > LongestQuery)
        {
            errors["query"] = [$"It has more than {LongestQuery} characters."];
        }
        else if (request.Query.Contains('\0'))
        {
            errors["query"] = ["It holds a NUL character."];
        }

        if (request.Limit is < 1 or > LargestLimit)
        {
            errors["limit"] = [$"It must be from 1 to {LargestLimit}."];
        }

        if (request.RerankDepth is < 1 or > LargestRerankDepth)
        {
            errors["rerank_depth"] = [$"It must be from 1 to {LargestRerankDepth}."];
        }

        if (request.Mode is { } mode && !Enum.IsDefined(mode))
        {
            errors["mode"] = ["It must be hybrid, lexical or dense."];
        }

        if (request.Rerank is { } rerank && !Enum.IsDefined(rerank))
        {
            errors["rerank"] = ["It must be always or never."];
        }

        return errors.Count > 0 ? throw ApiException.Invalid(errors) : Decide(request, options);
    }

    private static SearchPlan Decide(SearchRequest request, SearchOptions options)
    {
        var limit = request.Limit ?? DefaultLimit;
        var mode = request.Mode ?? SearchMode.Hybrid;
        var depth = request.RerankDepth ?? options.RerankDepth;
        return new SearchPlan(
            request.Query!,
            limit,
            mode,
            request.Rerank ?? (mode == SearchMode.Hybrid ? RerankMode.Always : RerankMode.Never),
            depth,
            Math.Max(options.LegDepth, Math.Max(limit, request.RerankDepth ?? 0)));
    }
}
