using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.RerankService.Platform;

/// <summary><c>POST /api/v1/rerank</c>, the platform's own form with everything the engine can do.</summary>
internal static class PlatformRerankRoute
{
    public static void MapPlatformRerank(this IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/rerank", RerankAsync)
        .WithName("rerank-platform")
        .WithTags("Reranking")
        .WithSummary("Scores documents against a query, best first; long ones by windows on request")
        .WithRerankProblems();

    private static async Task<Results<Ok<PlatformRerankAnswer>, ValidationProblem>> RerankAsync(
        PlatformRerankBody body, RequestDeadline deadline, Reranker reranker, [FromServices] IOptions<RerankServiceOptions> options,
        HttpResponse response, CancellationToken cancellationToken)
    {
        var errors = body.Validate(options.Value);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var ranking = await reranker.RankAsync(body.Question(options.Value) with { Deadline = deadline }, cancellationToken);
        response.TellModel(ranking);
        return TypedResults.Ok(PlatformRerankAnswer.Of(ranking, body));
    }
}
