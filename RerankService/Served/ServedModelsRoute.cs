using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.RerankService.Cohere;
using EmbedPlatform.ServiceDefaults.Failures;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.RerankService.Served;

/// <summary><c>GET /v1/models</c>: what can be asked for, in OpenAI's words (<c>data</c>) and in Cohere's (<c>models</c>).</summary>
internal static class ServedModelsRoute
{
    public static void MapServedModels(this IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/models", List)
        .WithName("models")
        .WithTags("Model")
        .WithSummary("The models that can be asked for by name")
        .WithErrorShape(new CohereErrorShape())
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static Ok<ServedModels> List(IModelPool<IRerankModel> pool)
    {
        var models = pool.Models;
        return TypedResults.Ok(new ServedModels(
            "list",
            [.. models.Select(model => new OpenAiModel(model.Id, "model", 0, "embedplatform"))],
            [.. models.Select(model => new CohereModel(model.Id, ["rerank"], false, model.IsDefault ? ["rerank"] : []))]));
    }
}

/// <summary>The models that can be asked for, the default first.</summary>
/// <param name="Object"><c>list</c>.</param>
/// <param name="Data">The models in OpenAI's words.</param>
/// <param name="Models">The models in Cohere's words.</param>
internal sealed record ServedModels(string Object, IReadOnlyList<OpenAiModel> Data, IReadOnlyList<CohereModel> Models);

/// <summary>A model in OpenAI's words.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Object"><c>model</c>.</param>
/// <param name="Created">Seconds since 1970; 0, for a catalogue does not know.</param>
/// <param name="OwnedBy"><c>embedplatform</c>.</param>
internal sealed record OpenAiModel(string Id, string Object, long Created, string OwnedBy);

/// <summary>A model in Cohere's words.</summary>
/// <param name="Name">Its id.</param>
/// <param name="Endpoints"><c>rerank</c>.</param>
/// <param name="Finetuned">Whether it was trained by its user.</param>
/// <param name="DefaultEndpoints"><c>rerank</c> where it is the default.</param>
internal sealed record CohereModel(string Name, IReadOnlyList<string> Endpoints, bool Finetuned, IReadOnlyList<string> DefaultEndpoints);
