using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.RerankService.Tei;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace EmbedPlatform.RerankService.Older;

/// <summary><c>POST /rerank</c> and <c>GET /models/status</c> of the older server. TEI has the same path: a body with <c>texts</c> is its.</summary>
internal static class OlderRerankRoutes
{
    public static void MapOlderRerank(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/rerank", RerankAsync)
            .WithName("rerank")
            .WithTags("Reranking")
            .WithSummary("Scores documents against a query, best first")
            .WithDescription("With `documents` in the older server's format, with `texts` in that of text-embeddings-inference.")
            .WithErrorShape(new RerankErrorShape())
            .Produces<RerankAnswer>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithRerankProblems()
            .AddOpenApiOperationTransformer(OrRanksAsync);

        routes.MapGet("/models/status", Status)
            .WithName("models-status")
            .WithTags("Model")
            .WithSummary("What is loaded, in the older server's words");
    }

    private static async Task<IResult> RerankAsync(
        RerankBody body, RequestDeadline deadline, Reranker reranker, [FromServices] IOptions<RerankServiceOptions> options,
        HttpContext context, CancellationToken cancellationToken)
    {
        if (body.Texts is not null && body.Documents is null)
        {
            return await TeiRerank.AnswerAsync(body, deadline, reranker, options.Value, context, cancellationToken);
        }

        var errors = body.Validate(options.Value.MaxDocuments);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var ranking = await reranker.RankAsync(body.Question() with { Deadline = deadline }, cancellationToken);
        context.Response.TellModel(ranking);
        return TypedResults.Ok(RerankAnswer.Of(ranking, body));
    }

    private static async Task OrRanksAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (operation.Responses?["200"] is OpenApiResponse { Content: { } content })
        {
            var (older, tei) = (typeof(RerankAnswer), typeof(TeiRank[]));
            content["application/json"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema
                {
                    OneOf =
                    [
                        await context.GetOrCreateSchemaAsync(older, null, cancellationToken),
                        await context.GetOrCreateSchemaAsync(tei, null, cancellationToken),
                    ],
                },
            };
        }
    }

    private static Ok<ModelStatus> Status(IModelPool<IRerankModel> pool)
    {
        var models = pool.Models;
        var reranker = models.FirstOrDefault(model => model.IsDefault) ?? models.FirstOrDefault();
        return TypedResults.Ok(new ModelStatus(reranker?.Id, reranker?.Loaded == true, [.. models.Select(model => model.Id)]));
    }
}

/// <summary>What is loaded.</summary>
/// <param name="RerankerModel">The default model's id; absent before anything is known of it.</param>
/// <param name="RerankerLoaded">Whether it is in memory.</param>
/// <param name="RerankerModels">All that can be asked for.</param>
internal sealed record ModelStatus(string? RerankerModel, bool RerankerLoaded, IReadOnlyList<string> RerankerModels);
