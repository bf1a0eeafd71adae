using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EmbedPlatform.RerankService.Formats.Cohere;

/// <summary>OpenAPI schemas of types with hand-written JSON converters.</summary>
internal static class CohereSchemas
{
    public static void Add(OpenApiOptions options) =>
        options.AddSchemaTransformer(
            (schema, context, _) =>
            {
                var type = context.JsonTypeInfo.Type;
                if (type == typeof(CohereDocument))
                {
                    Describe(schema);
                }
                else if (type == typeof(IReadOnlyList<CohereDocument>))
                {
                    var item = new OpenApiSchema();
                    Describe(item);
                    schema.Items = item;
                }

                return Task.CompletedTask;
            }
        );

    private static void Describe(OpenApiSchema schema)
    {
        var text = new OpenApiSchema { Type = JsonSchemaType.String };
        schema.OneOf = [text, new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = text }];
    }
}
