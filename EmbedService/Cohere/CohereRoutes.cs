using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.EmbedService.Cohere;

/// <summary>Cohere's embed API in both versions: its clients work with the base URL changed to this service.</summary>
internal static class CohereRoutes
{
    public static void MapCohere(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Cohere").WithErrorShape(new CohereErrorShape());
        group.MapPost("/v1/embed", EmbedAsync)
            .WithBody<CohereEmbedBody>()
            .WithName("cohere-embed-v1")
            .WithSummary("Embeds texts, as version 1 of Cohere's API does")
            .ProducesFailures();
        group.MapPost("/v2/embed", EmbedByTypeAsync)
            .WithBody<CohereEmbedBody>()
            .WithName("cohere-embed-v2")
            .WithSummary("Embeds texts, as version 2 of Cohere's API does")
            .ProducesFailures();
    }

    private static async Task<Results<Ok<CohereFloats>, Ok<CohereByType>>> EmbedAsync(
        JsonBody<CohereEmbedBody> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        CancellationToken cancellationToken)
    {
        var embedded = await embedder.EmbedAsync(body.Value.ToWork(deadline), cancellationToken);
        return body.Value.WantedTypes is { Count: > 0 } types
            ? TypedResults.Ok(CohereByType.Of(embedded, body.Value, types, "1"))
            : TypedResults.Ok(CohereFloats.Of(embedded, body.Value));
    }

    private static async Task<Ok<CohereByType>> EmbedByTypeAsync(
        JsonBody<CohereEmbedBody> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        CancellationToken cancellationToken)
    {
        var embedded = await embedder.EmbedAsync(body.Value.ToWork(deadline), cancellationToken);
        var types = body.Value.WantedTypes is { Count: > 0 } wanted ? wanted : new HashSet<CohereType> { CohereType.Float };
        return TypedResults.Ok(CohereByType.Of(embedded, body.Value, types, "2"));
    }
}
