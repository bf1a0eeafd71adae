using EmbedPlatform.EmbedService.Embedding.Input;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EmbedPlatform.EmbedService.Formats.Shared;

/// <summary>OpenAPI schemas of types with hand-written JSON converters.</summary>
internal static class EmbeddingSchemas
{
    public static void Add(OpenApiOptions options) =>
        options.AddSchemaTransformer(
            (schema, context, _) =>
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
            }
        );

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema Base64() => new() { Type = JsonSchemaType.String, Format = "byte" };

    private static OpenApiSchema Id() => new() { Type = JsonSchemaType.Integer, Format = "int32" };

    private static OpenApiSchema List(OpenApiSchema items) => new() { Type = JsonSchemaType.Array, Items = items };
}
