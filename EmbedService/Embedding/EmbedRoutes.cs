using EmbedPlatform.EmbedService.Embedding.Input;
using EmbedPlatform.EmbedService.Failures;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.EmbedService.Embedding;

/// <summary><c>POST /api/v1/embed</c>, the platform's own interface.</summary>
internal static class EmbedRoutes
{
    /// <summary>The use case that all wire formats share.</summary>
    public static IServiceCollection AddEmbedding(this IServiceCollection services)
    {
        services.AddOptions<EmbedServiceOptions>()
            .BindConfiguration(EmbedServiceOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<OpenAiVocabularies>();
        services.AddSingleton<TokenIdReader>();
        services.AddSingleton<TextEmbedder>();
        services.AddSingleton<Streaming.EmbedStream>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, EmbedJson.Default));
        return services.MapProblems(map => EmbedFailures.Map(map));
    }

    public static void MapEmbedding(this IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/embed", EmbedAsync)
        .WithBody<EmbedBody>()
        .WithName("embed")
        .WithTags("Embedding")
        .WithSummary("Embeds one text or many, or a stream of lines")
        .WithDescription("With application/x-ndjson: a text per line, any number of them, always bulk work; the options are in the query. "
            + "Answers are lines in the order of the texts, written as they get ready; the last one says done.")
        .AddOpenApiOperationTransformer(WireSchemas.AddStreamAsync)
        .ProducesFailures();

    /// <summary>Documents the failures that every embedding route can answer with.</summary>
    public static RouteHandlerBuilder ProducesFailures(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout);

    private static async Task<Ok<EmbedAnswer>> EmbedAsync(
        JsonBody<EmbedBody> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        CancellationToken cancellationToken)
    {
        var work = body.Value.ToWork(deadline);
        var embedded = await embedder.EmbedAsync(work, cancellationToken);
        return TypedResults.Ok(EmbedAnswer.Of(embedded, work.Input.Count, work, body.Value.Settings.VectorEncoding));
    }
}
