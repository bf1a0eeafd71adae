using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ModelHosting;

/// <summary><c>GET /info</c> of a model service: our facts, and those that clients of text-embeddings-inference read.</summary>
public static class InfoRoute
{
    /// <summary>Maps <c>GET /info</c>; 503 before a model is loaded.</summary>
    /// <typeparam name="TModel">What serves.</typeparam>
    /// <typeparam name="TOptions">The service's options.</typeparam>
    /// <typeparam name="TAnswer">The answer.</typeparam>
    /// <param name="routes">The routes.</param>
    /// <param name="texts">The most texts of a request.</param>
    /// <param name="answer">Adds what only this kind of model has.</param>
    public static void MapInfo<TModel, TOptions, TAnswer>(
        this IEndpointRouteBuilder routes, Func<TOptions, int> texts, Func<HostedInfo, LoadedModel, TAnswer> answer)
        where TModel : class, IInferenceModel
        where TOptions : class
        where TAnswer : HostedInfo
    {
        routes.MapGet("/info", Info)
            .WithName("info")
            .WithTags("Model")
            .WithSummary("What is loaded, how busy it is, and what it may use")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        Ok<TAnswer> Info(
            [FromServices] ModelPool<TModel> pool,
            [FromServices] PairCatalog pairs,
            [FromServices] IOptions<InferenceOptions> inference,
            [FromServices] IOptions<LimitsOptions> limits,
            [FromServices] IOptions<TOptions> options)
        {
            var (info, model) = HostedInfo.Of(pool, inference.Value, pairs, limits.Value.MaxConcurrentRequests, texts(options.Value));
            return TypedResults.Ok(answer(info, model));
        }
    }
}
