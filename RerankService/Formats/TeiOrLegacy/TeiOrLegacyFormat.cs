using System.Text.Json.Serialization;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.RerankService.Formats.Legacy;
using EmbedPlatform.RerankService.Formats.Shared;
using EmbedPlatform.RerankService.Formats.Tei;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Http;

namespace EmbedPlatform.RerankService.Formats.TeiOrLegacy;

/// <summary><c>POST /rerank</c>, which TEI (<c>texts</c>) and the in-house server (<c>documents</c>) both use.</summary>
internal sealed class TeiOrLegacyFormat : IWireFormat
{
    public JsonSerializerContext Json => TeiOrLegacyJson.Default;

    public void MapRoutes(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/rerank", RerankAsync)
            .WithBody<TeiOrLegacyRerankRequest>()
            .WithName("rerank")
            .WithTags("Reranking")
            .WithSummary("Scores documents against a query, best first")
            .WithDescription("`documents` selects the format of older servers, `texts` that of text-embeddings-inference.")
            .WithErrorShape(new TeiOrLegacyErrorShape())
            .Produces<LegacyRerankResponse>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesFailures()
            .AddOpenApiOperationTransformer(ResponseSchemas.OneOf<LegacyRerankResponse, TeiRank[]>());

    private static async Task<IResult> RerankAsync(
        JsonBody<TeiOrLegacyRerankRequest> body,
        RequestDeadline deadline,
        Reranker reranker,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        if (body.Value.IsTei)
        {
            return await RerankTeiAsync(body.Value.Tei, deadline, reranker, response, cancellationToken);
        }

        var request = body.Value.Legacy;
        var result = await reranker.RankAsync(request.ToRequest(deadline), cancellationToken);
        response.AddServedModel(result);
        return TypedResults.Ok(LegacyRerankResponse.From(result, request));
    }

    private static async Task<IResult> RerankTeiAsync(
        TeiRerankRequest request,
        RequestDeadline deadline,
        Reranker reranker,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var result = await reranker.RankAsync(request.ToRequest(deadline), cancellationToken);
            response.AddServedModel(result);
            var characters = request.Texts!.Sum(text => (long)text!.Length) + request.Query!.Length;
            TeiHeaders.Write(response.Headers, result.Usage.Tokens, characters, result.Usage.Elapsed, result.Usage.Timings);
            return TypedResults.Ok(TeiRank.From(result, request));
        }
        catch (NoTokensException empty)
        {
            return TeiRerankRequest.Unprocessable(new FieldErrors().Add($"texts[{empty.Index}]", RerankRequestValidator.NoTokensMessage));
        }
        catch (TextTooLongException tooLong)
        {
            return TeiRerankRequest.Unprocessable(
                new FieldErrors().Add(
                    $"texts[{tooLong.Index}]",
                    $"has {tooLong.Tokens} tokens with the query; the model takes at most {tooLong.Limit}"
                )
            );
        }
    }
}
