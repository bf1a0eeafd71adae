using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary><c>POST /rerank</c>.</summary>
internal static class RerankRoutes
{
    public static IServiceCollection AddReranking(this IServiceCollection services)
    {
        services.AddOptions<RerankServiceOptions>()
            .BindConfiguration(RerankServiceOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Reranker>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, RerankJson.Default));
        return services.MapProblems(map => map
            .Map<QueueFullException>(full => Problems.Busy(full.RetryAfter, "The queue is full; nothing of the request was taken."))
            .Map<DeadlineExceededException>(late => Problems.TooLate(late.Message)));
    }

    public static void MapReranking(this IEndpointRouteBuilder routes) => routes
        .MapPost("/rerank", RerankAsync)
        .WithName("rerank")
        .WithTags("Reranking")
        .WithSummary("Scores documents against a query, best first")
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout);

    private static async Task<Results<Ok<RerankAnswer>, ValidationProblem>> RerankAsync(
        RerankBody body, Reranker reranker, [FromServices] IOptions<RerankServiceOptions> options, CancellationToken cancellationToken)
    {
        var errors = body.Validate(options.Value.MaxDocuments);
        return errors.Any ? errors.ToProblem() : TypedResults.Ok(await reranker.RerankAsync(body, cancellationToken));
    }
}
