using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Search;
using EmbedPlatform.SearchApi.Search.Suggesting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace EmbedPlatform.SearchApi.Http;

/// <summary><c>/api/v1/collections/{name}/search</c> and the other routes that return hits.</summary>
internal static class SearchRoutes
{
    public static IEndpointRouteBuilder MapSearch(this IEndpointRouteBuilder routes)
    {
        var group = routes
            .MapGroup("/api/v1")
            .WithTags("Search")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group
            .MapPost("/collections/{name}/search", Search)
            .WithName("Search")
            .WithSummary("Searches documents by keywords and meaning, with an explanation per leg")
            .ProducesProblem(StatusCodes.Status410Gone);
        group.MapPost("/collections/{name}/search/batch", Batch).WithName("SearchBatch").WithSummary("Runs several searches");
        group
            .MapPost("/collections/{name}/documents/{id}/similar", Similar)
            .WithName("FindSimilar")
            .WithSummary("Finds documents similar to one")
            .ProducesProblem(StatusCodes.Status409Conflict);
        group
            .MapPost("/collections/{name}/recommend", Recommend)
            .WithName("Recommend")
            .WithSummary("Finds documents similar to several others")
            .ProducesProblem(StatusCodes.Status409Conflict);
        group
            .MapPost("/collections/{name}/analyze", Analyze)
            .WithName("Analyze")
            .WithSummary("Shows the terms of a text as lexical search indexes and looks them up");
        group
            .MapPost("/collections/{name}/suggest", Suggest)
            .WithName("Suggest")
            .WithSummary("Completes the last word of a query, with the titles of matching documents");
        group
            .MapGet("/collections/{name}/suggest", SuggestByUrl)
            .WithName("SuggestByUrl")
            .WithSummary("Completes the last word of the query in the URL");
        group
            .MapPost("/semantic_search", Semantic)
            .WithName("SemanticSearch")
            .WithSummary("Searches by meaning only, in the format of an earlier interface");
        return routes;
    }

    private static async Task<Ok<SearchResponse>> Search(
        string name,
        SearchRequest request,
        SearchService search,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await search.SearchAsync(name, request, cancellationToken));

    private static async Task<Ok<BatchSearchResponse>> Batch(
        string name,
        BatchSearchRequest request,
        BatchSearch batch,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await batch.SearchAsync(name, request, cancellationToken));

    private static async Task<Ok<SearchResponse>> Similar(
        string name,
        string id,
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] SimilarRequest? request,
        Recommender recommender,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Ok(
            await recommender.RecommendAsync(
                name,
                new RecommendRequest
                {
                    Like = [id],
                    Limit = request?.Limit,
                    Filter = request?.Filter,
                    Threshold = request?.Threshold,
                    Fields = request?.Fields,
                },
                cancellationToken
            )
        );

    private static async Task<Ok<SearchResponse>> Recommend(
        string name,
        RecommendRequest request,
        Recommender recommender,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await recommender.RecommendAsync(name, request, cancellationToken));

    private static async Task<Ok<AnalyzeResponse>> Analyze(
        string name,
        AnalyzeRequest request,
        TextAnalysis analysis,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await analysis.AnalyzeAsync(name, request, cancellationToken));

    private static async Task<Ok<SuggestResponse>> Suggest(
        string name,
        SuggestRequest request,
        SuggestService suggestions,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await suggestions.SuggestAsync(name, request, cancellationToken));

    private static async Task<Ok<SuggestResponse>> SuggestByUrl(
        string name,
        string? query,
        int? limit,
        SuggestService suggestions,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await suggestions.SuggestAsync(name, new SuggestRequest { Query = query, Limit = limit }, cancellationToken));

    private static async Task<Ok<SemanticSearchResponse>> Semantic(
        SemanticSearchRequest request,
        SemanticSearch semantic,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await semantic.SearchAsync(request, cancellationToken));
}
