using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.RerankService.Cohere;

/// <summary><c>POST /v1/rerank</c> and <c>POST /v2/rerank</c>, as Cohere and Jina serve them.</summary>
internal static class CohereRerankRoutes
{
    public static void MapCohereRerank(this IEndpointRouteBuilder routes)
    {
        Map(routes, CohereVersion.V1);
        Map(routes, CohereVersion.V2);
    }

    private static void Map(IEndpointRouteBuilder routes, CohereVersion version)
    {
        routes
            .MapPost($"/v{(int)version}/rerank", RerankAsync)
            .WithName($"rerank-v{(int)version}")
            .WithTags("Cohere and Jina")
            .WithSummary("Scores documents against a query, best first; long ones by the best of their windows")
            .WithErrorShape(new CohereErrorShape())
            .WithRerankProblems();

        async Task<Results<Ok<CohereRerankAnswer>, ValidationProblem>> RerankAsync(
            CohereRerankBody body, RequestDeadline deadline, Reranker reranker, [FromServices] IOptions<RerankServiceOptions> options,
            HttpResponse response, CancellationToken cancellationToken)
        {
            var errors = body.Validate(options.Value.MaxDocuments);
            if (errors.Any)
            {
                return errors.ToProblem();
            }

            var ranking = await reranker.RankAsync(body.Question(version, options.Value) with { Deadline = deadline }, cancellationToken);
            response.TellModel(ranking);
            return TypedResults.Ok(CohereRerankAnswer.Of(ranking, body, version));
        }
    }
}
