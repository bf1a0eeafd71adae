using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EmbedPlatform.ModelServiceDefaults.Wire;

/// <summary>OpenAPI schemas of routes that two formats share.</summary>
public static class ResponseSchemas
{
    public static Func<OpenApiOperation, OpenApiOperationTransformerContext, CancellationToken, Task> OneOf<TFirst, TSecond>() =>
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
}
