using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.EmbedService.Formats.Cohere;

/// <summary>Both versions of Cohere's embed API. Its clients need no change but the base URL.</summary>
internal sealed class CohereFormat : IWireFormat
{
    public JsonSerializerContext Json => CohereJson.Default;

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Cohere").WithErrorShape(new CohereErrorShape());
        group
            .MapPost("/v1/embed", EmbedAsync)
            .WithBody<CohereEmbedRequest>()
            .WithName("cohere-embed-v1")
            .WithSummary("Embeds texts, in the format of version 1 of Cohere's API")
            .ProducesFailures();
        group
            .MapPost("/v2/embed", EmbedByTypeAsync)
            .WithBody<CohereEmbedRequest>()
            .WithName("cohere-embed-v2")
            .WithSummary("Embeds texts, in the format of version 2 of Cohere's API")
            .ProducesFailures();
    }

    private static async Task<Results<Ok<CohereFloatsResponse>, Ok<CohereTypesResponse>>> EmbedAsync(
        JsonBody<CohereEmbedRequest> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        CancellationToken cancellationToken
    )
    {
        var result = await embedder.EmbedAsync(body.Value.ToRequest(deadline), cancellationToken);
        return body.Value.RequestedTypes is { Count: > 0 } types
            ? TypedResults.Ok(CohereTypesResponse.From(result, body.Value, types, "1"))
            : TypedResults.Ok(CohereFloatsResponse.From(result, body.Value));
    }

    private static async Task<Ok<CohereTypesResponse>> EmbedByTypeAsync(
        JsonBody<CohereEmbedRequest> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        CancellationToken cancellationToken
    )
    {
        var result = await embedder.EmbedAsync(body.Value.ToRequest(deadline), cancellationToken);
        var types = body.Value.RequestedTypes is { Count: > 0 } requested ? requested : new HashSet<CohereType> { CohereType.Float };
        return TypedResults.Ok(CohereTypesResponse.From(result, body.Value, types, "2"));
    }
}
