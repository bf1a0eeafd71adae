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
    public static IEndpointRouteBuilder MapCollections(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/collections").WithTags("Collections");
        group.MapGet("", List).WithName("ListCollections").WithSummary("Lists all collections with their counts");
        group
            .MapGet("/{name}", Get)
            .WithName("GetCollection")
            .WithSummary("Shows a collection with its counts")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPut("/{name}", Put)
            .WithName("CreateCollection")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Creates a collection, or changes fields, weights, fusion, rerank and rerank_depth of an existing one")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group
            .MapPatch("/{name}", Patch)
            .WithName("PatchCollection")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary(
                "Changes settings that need no re-indexing: fields, weights, fusion, rerank, rerank_depth "
                    + "(RFC 7396: null removes a setting)"
            )
            .Accepts<CollectionPatch>("application/json", "application/merge-patch+json")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapGet("/{name}/stats", Stats)
            .WithName("GetCollectionStats")
            .WithSummary("Shows a collection's statistics, the reasons for failed documents, and the state of its vectors")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPost("/{name}/retry", Retry)
            .WithName("RetryFailedDocuments")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Retries the documents that could not be embedded")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPost("/{name}/reembed", Reembed)
            .WithName("ReembedCollection")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Re-embeds every document; searches use the old vectors until then")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPost("/{name}/rename", Rename)
            .WithName("RenameCollection")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Renames a collection atomically; its aliases follow: {\"to\": \"articles-2\"}")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group
            .MapPost("/{name}/clone", Clone)
            .WithName("CloneCollection")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary(
                "Copies a collection with its documents, vectors and settings; nothing is embedded again: {\"to\": \"articles-2\"}"
            )
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group
            .MapDelete("/{name}", Delete)
            .WithName("DeleteCollection")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Deletes a collection and all its documents, unless it has aliases")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
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

    private static async Task<Ok<Collection>> Rename(
        string name,
        NameRequest request,
        CollectionService collections,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await collections.RenameAsync(name, request.To, cancellationToken));

    private static async Task<Created<Collection>> Clone(
        string name,
        NameRequest request,
        CollectionService collections,
        CancellationToken cancellationToken
    )
    {
        var clone = await collections.CloneAsync(name, request.To, cancellationToken);
        return TypedResults.Created($"/api/v1/collections/{clone.Name}", clone);
    }

    private static async Task<NoContent> Delete(string name, CollectionService collections, CancellationToken cancellationToken)
    {
        await collections.DeleteAsync(name, cancellationToken);
        return TypedResults.NoContent();
    }
}
