using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.SearchApi.Http;

/// <summary><c>/api/v1/aliases</c>.</summary>
internal static class AliasRoutes
{
    public static IEndpointRouteBuilder MapAliases(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/aliases").WithTags("Aliases");
        group.MapGet("", List).WithName("ListAliases").WithSummary("Lists all aliases with their collections");
        group
            .MapGet("/{alias}", Get)
            .WithName("GetAlias")
            .WithSummary("Shows the collection of an alias")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPut("/{alias}", Put)
            .WithName("PutAlias")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Creates an alias, or moves it to another collection atomically: {\"collection\": \"articles-2\"}")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group
            .MapDelete("/{alias}", Delete)
            .WithName("DeleteAlias")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Deletes an alias; its collection stays")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return routes;
    }

    private static async Task<Ok<AliasList>> List(AliasService aliases, CancellationToken cancellationToken) =>
        TypedResults.Ok(await aliases.ListAsync(cancellationToken));

    private static async Task<Ok<CollectionAlias>> Get(string alias, AliasService aliases, CancellationToken cancellationToken) =>
        TypedResults.Ok(await aliases.GetAsync(alias, cancellationToken));

    private static async Task<Results<Created<CollectionAlias>, Ok<CollectionAlias>>> Put(
        string alias,
        AliasRequest request,
        AliasService aliases,
        CancellationToken cancellationToken
    )
    {
        var (moved, created) = await aliases.PutAsync(alias, request, cancellationToken);
        return created ? TypedResults.Created($"/api/v1/aliases/{alias}", moved) : TypedResults.Ok(moved);
    }

    private static async Task<NoContent> Delete(string alias, AliasService aliases, CancellationToken cancellationToken)
    {
        await aliases.DeleteAsync(alias, cancellationToken);
        return TypedResults.NoContent();
    }
}
