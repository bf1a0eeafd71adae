using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Transfer;
using EmbedPlatform.ServiceDefaults.Http;
using EmbedPlatform.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.SearchApi.Http;

/// <summary><c>/api/v1/collections/{name}/export</c> and <c>/import</c>.</summary>
internal static class TransferRoutes
{
    public static IEndpointRouteBuilder MapTransfer(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/collections/{name}").WithTags("Export and import");
        group
            .MapGet("/export", Export)
            .WithName("ExportCollection")
            .WithSummary(
                "Streams a collection with its vectors, one document per line; ?after= and ?version= continue after the last document of "
                    + "an interrupted export with that version in its header"
            )
            .Produces(StatusCodes.Status200OK, contentType: TransferFormat.ContentType)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group
            .MapPost("/import", Import)
            .WithName("ImportCollection")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Imports an export of any length; creates the collection if it does not exist")
            .Accepts<ExportHeader>(TransferFormat.ContentType, [.. NdjsonReader.ContentTypes.Skip(1)])
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return routes;
    }

    private static async Task Export(
        string name,
        string? after,
        long? version,
        HttpContext http,
        CollectionService collections,
        CollectionExporter exporter,
        CancellationToken cancellationToken
    )
    {
        ExportPosition? resume = (after, version) switch
        {
            (null, null) => null,
            ({ Length: > 0 } id, { } known) => new ExportPosition(id, known),
            (_, null) => throw ApiException.Invalid("version", "must be the version in the header of the interrupted export"),
            _ => throw ApiException.Invalid("after", "must be the id of the last document that arrived"),
        };
        var collection = await collections.RequireAsync(name, cancellationToken);
        await using var export = await exporter.OpenAsync(collection, resume, cancellationToken);
        http.Response.ContentType = TransferFormat.ContentType;
        await export.WriteAsync(http.Response.BodyWriter, cancellationToken);
    }

    private static async Task<Ok<ImportResult>> Import(
        string name,
        HttpContext http,
        CollectionImporter importer,
        CancellationToken cancellationToken
    )
    {
        if (
            http.Request.ContentType?.Split(';')[0].Trim() is not { } type
            || !NdjsonReader.ContentTypes.Contains(type, StringComparer.OrdinalIgnoreCase)
        )
        {
            throw new ApiException(
                StatusCodes.Status415UnsupportedMediaType,
                "The content type is not supported.",
                $"Send an export as {TransferFormat.ContentType}."
            );
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        return TypedResults.Ok(await importer.ImportAsync(name, http.Request.BodyReader, cancellationToken));
    }
}
