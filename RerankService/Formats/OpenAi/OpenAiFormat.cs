using System.Text.Json.Serialization;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.RerankService.Formats.Shared;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.RerankService.Formats.OpenAi;

/// <summary><c>GET /v1/models</c>: the served models, for clients of OpenAI (<c>data</c>) and of Cohere (<c>models</c>).</summary>
internal sealed class OpenAiFormat : IWireFormat
{
    public JsonSerializerContext Json => OpenAiJson.Default;

    public void MapRoutes(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/v1/models", List)
            .WithName("models")
            .WithTags("Model")
            .WithSummary("Lists the served models")
            .WithErrorShape(new MessageErrorShape())
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static Ok<ServedModels> List(IModelPool<IRerankModel> pool)
    {
        var models = pool.Models;
        return TypedResults.Ok(
            new ServedModels(
                "list",
                [.. models.Select(model => new OpenAiModel(model.Id, "model", 0, "embedplatform"))],
                [.. models.Select(model => new CohereModel(model.Id, ["rerank"], false, model.IsDefault ? ["rerank"] : []))]
            )
        );
    }
}

/// <summary>The served models, the default model first.</summary>
/// <param name="Object">Always <c>list</c>.</param>
internal sealed record ServedModels(string Object, IReadOnlyList<OpenAiModel> Data, IReadOnlyList<CohereModel> Models);

/// <param name="DefaultEndpoints"><c>rerank</c> for the default model.</param>
internal sealed record CohereModel(string Name, IReadOnlyList<string> Endpoints, bool Finetuned, IReadOnlyList<string> DefaultEndpoints);
