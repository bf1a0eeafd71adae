using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.RerankService.Cohere;
using EmbedPlatform.RerankService.Older;
using EmbedPlatform.RerankService.Platform;
using EmbedPlatform.RerankService.Served;
using EmbedPlatform.ServiceDefaults.Failures;

namespace EmbedPlatform.RerankService.Reranking;

/// <summary>The use case and every format that it is spoken to in.</summary>
internal static class Registration
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
            .Map<ModelNotServedException>(unknown => Problems.NotFound(unknown.Message))
            .Map<NoTokensException>(nothing => new FieldErrors().Add($"documents[{nothing.Index}]", QuestionRules.NothingToRead).ToProblem()));
    }

    public static void MapReranking(this IEndpointRouteBuilder routes)
    {
        routes.MapPlatformRerank();
        routes.MapOlderRerank();
        routes.MapCohereRerank();
        routes.MapServedModels();
    }

    /// <summary>The failures that every route that scores can answer.</summary>
    internal static RouteHandlerBuilder WithRerankProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout);
}
