using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Formats.Legacy;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.EmbedService.Formats.Tei;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.EmbedService.Formats.TeiOrLegacy;

/// <summary><c>POST /embed</c>, which TEI (<c>inputs</c>) and the in-house servers (<c>text</c>, <c>texts</c>) both use.</summary>
internal sealed class TeiOrLegacyFormat : IWireFormat
{
    public JsonSerializerContext Json => TeiOrLegacyJson.Default;

    public void MapRoutes(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/embed", EmbedAsync)
            .WithBody<TeiOrLegacyEmbedRequest>()
            .WithName("tei-embed")
            .WithTags("TEI")
            .WithSummary("Embeds texts, in the format of TEI (inputs) or of an older server (text, texts)")
            .AddOpenApiOperationTransformer(ResponseSchemas.OneOf<float[][], LegacyEmbedResponse>())
            .WithErrorShape(new TeiOrLegacyErrorShape())
            .ProducesFailures();

    private static async Task<Results<Ok<float[][]>, Ok<LegacyEmbedResponse>>> EmbedAsync(
        JsonBody<TeiOrLegacyEmbedRequest> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var request = body.Value.ToRequest(deadline);
        var result = await embedder.EmbedAsync(request, cancellationToken);
        response.AddTeiHeaders(request, result);
        return body.Value.IsTei
            ? TypedResults.Ok(result.Items.Select(item => item.Vector).ToArray())
            : TypedResults.Ok(LegacyEmbedResponse.From(result, single: body.Value.Text is not null));
    }
}
