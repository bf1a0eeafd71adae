using System.Runtime.CompilerServices;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Documents;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Uploads;
using EmbedPlatform.ServiceDefaults.Http;
using EmbedPlatform.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.SearchApi.Http;

/// <summary><c>/api/v1/collections/{name}/documents</c>.</summary>
internal static class DocumentRoutes
{
    private const int DefaultListed = 100;
    private const int MaxListed = 1000;
    private const int MaxDeleted = 10_000;

    private static readonly string[] NdjsonTypes = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

    public static IEndpointRouteBuilder MapDocuments(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/collections/{name}/documents").WithTags("Documents");
        group
            .MapPost("", Upsert)
            .WithName("UpsertDocuments")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary(
                "Stores documents from a JSON body {\"documents\": […]}, or one per line from an application/x-ndjson body "
                    + "of any length; ?task= sets the task's id"
            )
            .Accepts<UpsertRequest>("application/json", NdjsonTypes)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group
            .MapGet("", List)
            .WithName("ListDocuments")
            .WithSummary("Lists documents in the order of their first upload, page by page")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPost("/delete", DeleteMany)
            .WithName("DeleteDocuments")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Deletes documents by id or by metadata filter")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapPatch("/{id}", Patch)
            .WithName("PatchDocument")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary(
                "Changes title, text or metadata of a document; metadata is merged (RFC 7396), and only changed text is re-embedded"
            )
            .Accepts<DocumentPatch>("application/json", "application/merge-patch+json")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapGet("/{id}", Get)
            .WithName("GetDocument")
            .WithSummary("Shows a document and whether it is embedded")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapDelete("/{id}", Delete)
            .WithName("DeleteDocument")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Deletes a document")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return routes;
    }

    private static async Task<Ok<UpsertResult>> Upsert(
        string name,
        string? task,
        HttpContext http,
        CollectionService collections,
        UploadService upload,
        CancellationToken cancellationToken
    )
    {
        var id =
            task is null ? Guid.CreateVersion7()
            : Guid.TryParse(task, out var chosen) && chosen != Guid.Empty ? chosen
            : throw ApiException.Invalid("task", "must be an unused UUID");
        var collection = await collections.RequireAsync(name, cancellationToken);
        if (IsNdjson(http.Request))
        {
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = null;
            }

            return TypedResults.Ok(
                await upload.StreamAsync(collection, id, FromLines(collection, http.Request, cancellationToken), cancellationToken)
            );
        }

        if (!http.Request.HasJsonContentType())
        {
            throw new ApiException(
                StatusCodes.Status415UnsupportedMediaType,
                "The content type is not supported.",
                "Send application/json with {\"documents\": […]} or application/x-ndjson with one document per line."
            );
        }

        using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: cancellationToken);
        var result = task is null
            ? await upload.StoreAsync(collection, id, FromArray(collection, body.RootElement), RefuseIfNothingIsStored, cancellationToken)
            : await upload.StreamAsync(collection, id, FromArray(collection, body.RootElement), cancellationToken);
        RefuseIfNothingIsStored(result);
        return TypedResults.Ok(result);
    }

    private static async Task<Ok<StoredDocument>> Get(
        string name,
        string id,
        CollectionService collections,
        DocumentStore documents,
        CancellationToken cancellationToken
    )
    {
        var collection = await collections.RequireAsync(name, cancellationToken);
        var document = await documents.FindAsync(collection, id, cancellationToken) ?? throw NoDocument(id);
        return TypedResults.Ok(document);
    }

    private static async Task<Ok<DocumentPage>> List(
        string name,
        int? limit,
        string? cursor,
        CollectionService collections,
        DocumentStore documents,
        CancellationToken cancellationToken
    )
    {
        if (limit is < 1 or > MaxListed)
        {
            throw ApiException.Invalid("limit", $"must be from 1 to {MaxListed}");
        }

        var collection = await collections.RequireAsync(name, cancellationToken);
        var start = cursor is null
            ? null
            : DocumentCursor.Parse(collection.Id, cursor) ?? throw ApiException.Invalid("cursor", "is not a cursor of this collection");
        var (page, next) = await documents.ListAsync(collection, limit ?? DefaultListed, start, cancellationToken);
        return TypedResults.Ok(new DocumentPage(page, next?.Write()));
    }

    private static async Task<Ok<StoredDocument>> Patch(
        string name,
        string id,
        DocumentPatch patch,
        CollectionService collections,
        DocumentPatcher patcher,
        DocumentStore documents,
        CancellationToken cancellationToken
    )
    {
        var collection = await collections.RequireAsync(name, cancellationToken);
        return
            await patcher.PatchAsync(collection, id, patch, cancellationToken)
            && await documents.FindAsync(collection, id, cancellationToken) is { } document
            ? TypedResults.Ok(document)
            : throw NoDocument(id);
    }

    private static async Task<Ok<DeleteResult>> DeleteMany(
        string name,
        DeleteRequest request,
        CollectionService collections,
        DocumentStore documents,
        CancellationToken cancellationToken
    )
    {
        var collection = await collections.RequireAsync(name, cancellationToken);
        if (request is { Ids: null, Filter: { } filter })
        {
            var errors = new FieldErrors();
            var condition = new FilterParser(collection.Fields, errors).Read(filter, "filter");
            return condition is null || errors.Any
                ? throw ApiException.Invalid(errors)
                : TypedResults.Ok(new DeleteResult(await documents.DeleteAsync(collection, condition, cancellationToken)));
        }

        if (request is not { Filter: null, Ids: { Count: > 0 and <= MaxDeleted } ids } || ids.Any(id => id is null))
        {
            throw ApiException.Invalid("ids", $"must be an array of 1 to {MaxDeleted} ids; alternatively, send a filter");
        }

        return TypedResults.Ok(new DeleteResult(await documents.DeleteAsync(collection, ids, cancellationToken)));
    }

    private static async Task<NoContent> Delete(
        string name,
        string id,
        CollectionService collections,
        DocumentStore documents,
        CancellationToken cancellationToken
    )
    {
        var collection = await collections.RequireAsync(name, cancellationToken);
        return await documents.DeleteAsync(collection, id, cancellationToken) ? TypedResults.NoContent() : throw NoDocument(id);
    }

    private static ApiException NoDocument(string id) => ApiException.NotFound($"There is no document \"{id}\".");

    private static bool IsNdjson(HttpRequest request) =>
        request.ContentType?.Split(';')[0].Trim() is { } type && NdjsonTypes.Contains(type, StringComparer.OrdinalIgnoreCase);

    // A body with no storable document is the caller's error and gets a 400.
    private static void RefuseIfNothingIsStored(UpsertResult result)
    {
        if (result.ErrorCount > 0 && result.Written + result.Unchanged == 0)
        {
            var errors = new FieldErrors();
            foreach (var error in result.Errors)
            {
                errors.Add($"documents[{error.Index}]" + (error.Field is null ? string.Empty : $".{error.Field}"), error.Reason);
            }

            throw ApiException.Invalid(errors);
        }
    }

    private static async IAsyncEnumerable<ParsedDocument> FromLines(
        CollectionRecord collection,
        HttpRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var index = 0L;
        await foreach (var line in NdjsonReader.ReadAsync(request.BodyReader, cancellationToken))
        {
            yield return line is { } json
                ? DocumentParser.Parse(collection, index, json)
                : DocumentParser.Fault(index, null, null, $"The line has more than {NdjsonReader.LongestLine} bytes.");
            index++;
        }
    }

    private static async IAsyncEnumerable<ParsedDocument> FromArray(CollectionRecord collection, JsonElement body)
    {
        if (
            body.ValueKind != JsonValueKind.Object
            || !body.TryGetProperty("documents", out var documents)
            || documents.ValueKind != JsonValueKind.Array
        )
        {
            throw ApiException.Invalid("documents", "must be an array of documents");
        }

        var index = 0L;
        foreach (var document in documents.EnumerateArray())
        {
            yield return DocumentParser.Parse(collection, index++, document);
        }

        await Task.CompletedTask;
    }
}
