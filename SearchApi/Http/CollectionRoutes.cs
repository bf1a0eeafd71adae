using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Ingestion;
using EmbedPlatform.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.SearchApi.Http;

/// <summary><c>/api/v1/collections</c>.</summary>
internal static class CollectionRoutes
{
    /// <summary>Maps the routes of collections.</summary>
    public static IEndpointRouteBuilder MapCollections(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/collections").WithTags("Collections");
        group.MapGet("", List).WithName("ListCollections").WithSummary("All collections with what they hold");
        group
            .MapGet("/{name}", Get)
            .WithName("GetCollection")
            .WithSummary("One collection with what it holds")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPut("/{name}", Put)
            .WithName("CreateCollection")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Makes a collection; of one that is there only fields, weights, fusion, rerank and rerank_depth can change")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group
            .MapPatch("/{name}", Patch)
            .WithName("PatchCollection")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary(
                "Changes what needs nothing indexed again: fields, weights, fusion, rerank, rerank_depth (RFC 7396: null takes a setting away)"
            )
            .Accepts<CollectionPatch>("application/json", "application/merge-patch+json")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapGet("/{name}/stats", Stats)
            .WithName("GetCollectionStats")
            .WithSummary("What a collection holds, why documents were set aside, and whether its vectors are sound")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPost("/{name}/retry", Retry)
            .WithName("RetryFailedDocuments")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Lets the documents that were set aside be embedded again")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPost("/{name}/reembed", Reembed)
            .WithName("ReembedCollection")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Has every document embedded again; each is found under its old vectors until then")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapDelete("/{name}", Delete)
            .WithName("DeleteCollection")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Deletes a collection with all it holds")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return routes;
    }

    private static async Task<Ok<CollectionList>> List(CollectionService collections, CancellationToken cancellationToken) =>
        TypedResults.Ok(await collections.ListAsync(cancellationToken));

    private static async Task<Ok<Collection>> Get(string name, CollectionService collections, CancellationToken cancellationToken) =>
        TypedResults.Ok(await collections.GetAsync(name, cancellationToken));

    private static async Task<Results<Created<Collection>, Ok<Collection>>> Put(
        string name,
        [FromBody(EmptyBodyBehavior = Microsoft.AspNetCore.Mvc.ModelBinding.EmptyBodyBehavior.Allow)] CollectionSettings? settings,
        CollectionService collections,
        CancellationToken cancellationToken
    )
    {
        var (collection, created) = await collections.PutAsync(name, settings ?? new CollectionSettings(), cancellationToken);
        return created ? TypedResults.Created($"/api/v1/collections/{name}", collection) : TypedResults.Ok(collection);
    }

    private static async Task<Ok<Collection>> Patch(
        string name,
        [FromBody] JsonElement patch,
        CollectionService collections,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await collections.PatchAsync(name, patch, cancellationToken));

    private static async Task<Ok<CollectionStats>> Stats(
        string name,
        CollectionService collections,
        CollectionStatistics statistics,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await statistics.ReadAsync(await collections.RequireAsync(name, cancellationToken), cancellationToken));

    private static async Task<Ok<RetryResult>> Retry(
        string name,
        CollectionService collections,
        CollectionStatistics statistics,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Ok(
            new RetryResult(await statistics.RetryAsync(await collections.RequireAsync(name, cancellationToken), cancellationToken))
        );

    private static async Task<Ok<RetryResult>> Reembed(
        string name,
        CollectionService collections,
        Reembedding reembedding,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Ok(
            new RetryResult(await reembedding.QueueAsync(await collections.RequireAsync(name, cancellationToken), cancellationToken))
        );

    private static async Task<NoContent> Delete(string name, CollectionService collections, CancellationToken cancellationToken)
    {
        await collections.DeleteAsync(name, cancellationToken);
        return TypedResults.NoContent();
    }
}
