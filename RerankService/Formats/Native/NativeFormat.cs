using System.Text.Json.Serialization;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.RerankService.Formats.Shared;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.RerankService.Formats.Native;

/// <summary><c>POST /api/v1/rerank</c>, the platform's own interface, with every option of the engine.</summary>
internal sealed class NativeFormat : IWireFormat
{
    public JsonSerializerContext Json => NativeJson.Default;

    public void MapRoutes(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/rerank", RerankAsync)
            .WithBody<NativeRerankRequest>()
            .WithName("rerank-platform")
            .WithTags("Reranking")
            .WithSummary("Scores documents against a query, best first; optionally by the best window of a long document")
            .ProducesFailures();

    private static async Task<Ok<NativeRerankResponse>> RerankAsync(
        JsonBody<NativeRerankRequest> body,
        RequestDeadline deadline,
        Reranker reranker,
        IOptions<RerankServiceOptions> options,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var result = await reranker.RankAsync(body.Value.ToRequest(options.Value, deadline), cancellationToken);
        response.AddServedModel(result);
        return TypedResults.Ok(NativeRerankResponse.From(result, body.Value));
    }
}
