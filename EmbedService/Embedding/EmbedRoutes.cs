using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary><c>POST /embed</c>.</summary>
internal static class EmbedRoutes
{
    public static IServiceCollection AddEmbedding(this IServiceCollection services)
    {
        services.AddOptions<EmbedServiceOptions>()
            .BindConfiguration(EmbedServiceOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<TextEmbedder>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, EmbedJson.Default));
        return services.MapProblems(map => map
            .Map<QueueFullException>(full => Problems.Busy(full.RetryAfter, "The queue is full; nothing of the request was taken."))
            .Map<DeadlineExceededException>(late => Problems.TooLate(late.Message)));
    }

    public static void MapEmbedding(this IEndpointRouteBuilder routes) => routes
        .MapPost("/embed", EmbedAsync)
        .WithName("embed")
        .WithTags("Embedding")
        .WithSummary("Embeds one text or many")
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout);

    private static async Task<Results<Ok<EmbedAnswer>, ValidationProblem>> EmbedAsync(
        EmbedBody body, TextEmbedder embedder, [FromServices] IOptions<EmbedServiceOptions> options, CancellationToken cancellationToken)
    {
        var errors = body.Validate(options.Value.MaxTexts);
        return errors.Any ? errors.ToProblem() : TypedResults.Ok(await embedder.EmbedAsync(body, cancellationToken));
    }
}
