using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Embedding.Streaming;
using EmbedPlatform.ServiceDefaults.Streams;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EmbedPlatform.EmbedService.Http;

/// <summary>What the OpenAPI document says of types that are read or written by hand, and of routes with more than one form.</summary>
internal static class WireSchemas
{
    public static void Add(OpenApiOptions options) => options.AddSchemaTransformer((schema, context, _) =>
    {
        if (context.JsonTypeInfo.Type == typeof(TextInput))
        {
            schema.OneOf = [Text(), List(Text()), List(Id()), List(List(Id()))];
        }
        else if (context.JsonTypeInfo.Type == typeof(WireVector) || context.JsonTypeInfo.Type == typeof(WireVector?))
        {
            schema.OneOf = [List(new OpenApiSchema { Type = JsonSchemaType.Number, Format = "float" }), Base64()];
        }

        return Task.CompletedTask;
    });

    /// <summary>Tells of the stream of lines, which shares its path with the route for one body.</summary>
    public static async Task AddStreamAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var line = await context.GetOrCreateSchemaAsync(typeof(StreamBody), null, cancellationToken);
        var item = await context.GetOrCreateSchemaAsync(typeof(EmbedItem), null, cancellationToken);
        foreach (var type in NdjsonReader.ContentTypes)
        {
            operation.RequestBody?.Content?.Add(type, new OpenApiMediaType { Schema = line });
        }

        if (operation.Responses?["200"] is OpenApiResponse ok)
        {
            ok.Content?.Add(NdjsonReader.ContentTypes[0], new OpenApiMediaType { Schema = item });
        }

        foreach (var name in (string[])["model", "input_type", "truncate", "chunk_overlap", "encoding", "outputs", "dimensions"])
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Query,
                Description = "For a stream of lines: as the field of the same name; outputs are separated by commas.",
                Schema = Text(),
            });
        }
    }

    /// <summary>Adds a second form to a route's answer.</summary>
    public static Func<OpenApiOperation, OpenApiOperationTransformerContext, CancellationToken, Task> OrAnswers<TFirst, TSecond>() =>
        async (operation, context, cancellationToken) =>
        {
            if (operation.Responses?["200"] is OpenApiResponse { Content: { } content })
            {
                content["application/json"] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema
                    {
                        OneOf =
                        [
                            await context.GetOrCreateSchemaAsync(typeof(TFirst), null, cancellationToken),
                            await context.GetOrCreateSchemaAsync(typeof(TSecond), null, cancellationToken),
                        ],
                    },
                };
            }
        };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema Base64() => new() { Type = JsonSchemaType.String, Format = "byte" };

    private static OpenApiSchema Id() => new() { Type = JsonSchemaType.Integer, Format = "int32" };

    private static OpenApiSchema List(OpenApiSchema items) => new() { Type = JsonSchemaType.Array, Items = items };
}
