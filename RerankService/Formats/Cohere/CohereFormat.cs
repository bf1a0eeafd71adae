using System.Text.Json.Serialization;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.RerankService.Formats.Shared;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.RerankService.Formats.Cohere;

/// <summary><c>POST /v1/rerank</c> and <c>POST /v2/rerank</c> of Cohere and Jina.</summary>
internal sealed class CohereFormat : IWireFormat
{
    public JsonSerializerContext Json => CohereJson.Default;

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        Map(routes, CohereVersion.V1);
        Map(routes, CohereVersion.V2);
    }

    private static void Map(IEndpointRouteBuilder routes, CohereVersion version)
    {
        routes
            .MapPost($"/v{(int)version}/rerank", RerankAsync)
            .WithBody<CohereRerankRequest>()
            .WithName($"rerank-v{(int)version}")
            .WithTags("Cohere and Jina")
            .WithSummary("Scores documents against a query, best first; a long document by its best window")
            .WithErrorShape(new MessageErrorShape())
            .ProducesFailures();

        async Task<Ok<CohereRerankResponse>> RerankAsync(
            JsonBody<CohereRerankRequest> body,
            RequestDeadline deadline,
            Reranker reranker,
            IOptions<RerankServiceOptions> options,
            HttpResponse response,
            CancellationToken cancellationToken
        )
        {
            var result = await reranker.RankAsync(body.Value.ToRequest(version, options.Value, deadline), cancellationToken);
            response.AddServedModel(result);
            return TypedResults.Ok(CohereRerankResponse.From(result, body.Value, version));
        }
    }
}
