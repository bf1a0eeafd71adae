using EmbedPlatform.Client.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.SearchApi.Searching;

/// <summary><c>/api/v1/collections/{name}/search</c>.</summary>
internal static class SearchRoutes
{
    /// <summary>Maps the search route.</summary>
    public static IEndpointRouteBuilder MapSearch(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/collections/{name}/search", Search).WithTags("Search").WithName("Search")
            .WithSummary("Finds documents by words and meaning, explained leg by leg")
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status410Gone)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return routes;
    }

    private static async Task<Ok<SearchResponse>> Search(
        string name, SearchRequest request, SearchDesk desk, CancellationToken cancellationToken) =>
        TypedResults.Ok(await desk.SearchAsync(name, request, cancellationToken));
}
