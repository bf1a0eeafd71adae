using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.Formats.OpenAi;

/// <summary>OpenAI's embeddings API. Its clients need no change but the base URL, <c>/v1</c> of this service.</summary>
internal sealed class OpenAiFormat : IWireFormat
{
    public JsonSerializerContext Json => OpenAiJson.Default;

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("OpenAI").WithErrorShape(new OpenAiErrorShape());
        group
            .MapPost("/embeddings", EmbedAsync)
            .WithBody<OpenAiEmbedRequest>()
            .WithName("openai-embeddings")
            .WithSummary("Embeds texts, in OpenAI's format")
            .ProducesFailures();
        group.MapGet("/models", Models).WithName("openai-models").WithSummary("Lists the served models");
        group
            .MapGet("/models/{**id}", Model)
            .WithName("openai-model")
            .WithSummary("One of the served models")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<OpenAiEmbedResponse>> EmbedAsync(
        JsonBody<OpenAiEmbedRequest> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var result = await embedder.EmbedAsync(body.Value.ToRequest(deadline), cancellationToken);
        response.AddTruncation(result);
        return TypedResults.Ok(OpenAiEmbedResponse.From(result, body.Value.VectorEncoding));
    }

    private static Ok<OpenAiModels> Models([FromServices] IModelPool<IEmbeddingModel> pool) =>
        TypedResults.Ok(new OpenAiModels("list", [.. pool.Models.Select(model => ToOpenAi(model.Id))]));

    private static Ok<OpenAiModel> Model(string id, [FromServices] IModelPool<IEmbeddingModel> pool)
    {
        // Clients escape the slash of an id, and routing leaves it escaped.
        id = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var served = pool.Models;
        return served.Any(model => model.Id == id)
            ? TypedResults.Ok(ToOpenAi(id))
            : throw new ModelNotServedException(id, [.. served.Select(model => model.Id)]);
    }

    private static OpenAiModel ToOpenAi(string id) => new(id, "model", 0, id.Split('/') is [var owner, _, ..] ? owner : "embedplatform");
}
