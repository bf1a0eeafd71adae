using System.Runtime.CompilerServices;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.ServiceDefaults.ApiKeys;
using EmbedPlatform.ServiceDefaults.Streams;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.SearchApi.Documents;

/// <summary><c>/api/v1/collections/{name}/documents</c>.</summary>
internal static class DocumentRoutes
{
    private static readonly string[] NdjsonTypes = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

    /// <summary>Maps the routes of documents.</summary>
    public static IEndpointRouteBuilder MapDocuments(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/collections/{name}/documents").WithTags("Documents");
        group.MapPost("", Upsert).WithName("UpsertDocuments").RequireKeyScope(KeyScopes.Write)
            .WithSummary("Stores documents: a JSON body {\"documents\": […]}, or one document a line as application/x-ndjson of any length")
            .Accepts<UpsertRequest>("application/json", NdjsonTypes)
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapGet("/{id}", Get).WithName("GetDocument").WithSummary("One document and whether it is embedded")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapDelete("/{id}", Delete).WithName("DeleteDocument").RequireKeyScope(KeyScopes.Write).WithSummary("Deletes a document")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return routes;
    }

    private static async Task<Ok<UpsertResult>> Upsert(
        string name, HttpContext http, CollectionService collections, DocumentUpsert upsert, CancellationToken cancellationToken)
    {
        var collection = await collections.RequireAsync(name, cancellationToken);
        if (IsNdjson(http.Request))
        {
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = null;
            }

            return TypedResults.Ok(await upsert.StoreAsync(collection, FromLines(http.Request, cancellationToken), cancellationToken));
        }

        if (!http.Request.HasJsonContentType())
        {
            throw new ApiException(StatusCodes.Status415UnsupportedMediaType, "The body's type is not known.",
                "Send application/json with {\"documents\": […]} or application/x-ndjson with one document a line.");
        }

        using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: cancellationToken);
        var result = await upsert.StoreAsync(collection, FromArray(body.RootElement), cancellationToken);
        RefuseIfNothingIsStored(result);
        return TypedResults.Ok(result);
    }

    private static async Task<Ok<StoredDocument>> Get(
        string name, string id, CollectionService collections, DocumentStore documents, CancellationToken cancellationToken)
    {
        var collection = await collections.RequireAsync(name, cancellationToken);
        var document = await documents.FindAsync(collection, id, cancellationToken) ?? throw NoDocument(id);
        return TypedResults.Ok(document);
    }

    private static async Task<NoContent> Delete(
        string name, string id, CollectionService collections, DocumentStore documents, CancellationToken cancellationToken)
    {
        var collection = await collections.RequireAsync(name, cancellationToken);
        return await documents.DeleteAsync(collection, id, cancellationToken) ? TypedResults.NoContent() : throw NoDocument(id);
    }

    private static ApiException NoDocument(string id) => ApiException.NotFound($"There is no document \"{id}\".");

    private static bool IsNdjson(HttpRequest request) =>
        request.ContentType?.Split(';')[0].Trim() is { } type && NdjsonTypes.Contains(type, StringComparer.OrdinalIgnoreCase);

    // A body of which nothing can be stored is the caller's mistake, and is answered as one.
    private static void RefuseIfNothingIsStored(UpsertResult result)
    {
        if (result.ErrorCount > 0 && result.Written + result.Unchanged == 0)
        {
            throw ApiException.Invalid(result.Errors
                .GroupBy(error => $"documents[{error.Index}]" + (error.Field is null ? string.Empty : $".{error.Field}"))
                .ToDictionary(field => field.Key, field => field.Select(error => error.Reason).ToArray()));
        }
    }

    private static async IAsyncEnumerable<ParsedDocument> FromLines(
        HttpRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var index = 0L;
        await foreach (var line in NdjsonReader.ReadAsync(request.BodyReader, cancellationToken))
        {
            yield return line is { } json
                ? DocumentParser.Parse(index, json)
                : DocumentParser.Fault(index, null, null, $"The line has more than {NdjsonReader.LongestLine} bytes.");
            index++;
        }
    }

    private static async IAsyncEnumerable<ParsedDocument> FromArray(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("documents", out var documents)
            || documents.ValueKind != JsonValueKind.Array)
        {
            throw ApiException.Invalid("documents", "It must be an array of documents.");
        }

        var index = 0L;
        foreach (var document in documents.EnumerateArray())
        {
            yield return DocumentParser.Parse(index++, document);
        }

        await Task.CompletedTask;
    }
}
