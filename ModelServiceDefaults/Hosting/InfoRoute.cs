using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ModelServiceDefaults.Hosting;

public static class InfoRoute
{
    /// <summary>Maps <c>GET /info</c>, which is 503 until a model is loaded.</summary>
    /// <param name="maxTexts">Reads the most texts of a request from the service's options.</param>
    /// <param name="extend">Adds the fields of one kind of model.</param>
    public static void MapInfo<TModel, TOptions, TAnswer>(
        this IEndpointRouteBuilder routes,
        Func<TOptions, int> maxTexts,
        Func<ModelServiceInfo, LoadedModel, TAnswer> extend
    )
        where TModel : class, IInferenceModel
        where TOptions : class
        where TAnswer : ModelServiceInfo
    {
        routes
            .MapGet("/info", Info)
            .WithName("info")
            .WithTags("Model")
            .WithSummary("The loaded model, its load, and the limits of the process")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        Ok<TAnswer> Info(
            [FromServices] ModelPool<TModel> pool,
            [FromServices] ModelPairCatalog pairs,
            [FromServices] IOptions<InferenceOptions> inference,
            [FromServices] IOptions<LimitsOptions> limits,
            [FromServices] IOptions<TOptions> options
        )
        {
            var (info, model) = ModelServiceInfo.From(
                pool,
                inference.Value,
                pairs,
                limits.Value.MaxConcurrentRequests,
                maxTexts(options.Value)
            );
            return TypedResults.Ok(extend(info, model));
        }
    }
}
