using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EmbedPlatform.EmbedService.Formats.Native;

/// <summary><c>POST /api/v1/embed</c> with one JSON body.</summary>
internal static class EmbedRoute
{
    public static void MapNativeEmbed(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/embed", EmbedAsync)
            .WithBody<NativeEmbedRequest>()
            .WithName("embed")
            .WithTags("Embedding")
            .WithSummary("Embeds one text, several texts, or a stream of lines")
            .WithDescription(
                "application/x-ndjson streams any number of texts, one a line, as bulk work; options go into the query string. "
                    + "Answers are lines in the order of the texts, written as soon as they are ready. The last line reports \"done\"."
            )
            .AddOpenApiOperationTransformer(DocumentStreamAsync)
            .ProducesFailures();

    private static async Task<Ok<NativeEmbedResponse>> EmbedAsync(
        JsonBody<NativeEmbedRequest> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        CancellationToken cancellationToken
    )
    {
        var request = body.Value.ToRequest(deadline);
        var result = await embedder.EmbedAsync(request, cancellationToken);
        return TypedResults.Ok(NativeEmbedResponse.From(result, request.Input.Count, request.Outputs, body.Value.Options.VectorEncoding));
    }

    // An OpenAPI path has room for one POST: this route documents the stream's body and parameters too.
    private static async Task DocumentStreamAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var line = await context.GetOrCreateSchemaAsync(typeof(StreamLineBody), null, cancellationToken);
        var embedding = await context.GetOrCreateSchemaAsync(typeof(NativeEmbedding), null, cancellationToken);
        foreach (var type in NdjsonReader.ContentTypes)
        {
            operation.RequestBody?.Content?.Add(type, new OpenApiMediaType { Schema = line });
        }

        if (operation.Responses?["200"] is OpenApiResponse ok)
        {
            ok.Content?.Add(NdjsonReader.ContentTypes[0], new OpenApiMediaType { Schema = embedding });
        }

        foreach (var name in (string[])["model", "input_type", "truncate", "chunk_overlap", "encoding", "outputs", "dimensions"])
        {
            (operation.Parameters ??= []).Add(
                new OpenApiParameter
                {
                    Name = name,
                    In = ParameterLocation.Query,
                    Description = "For a stream of lines: same as the body field of this name. Separate outputs with commas.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                }
            );
        }
    }
}
