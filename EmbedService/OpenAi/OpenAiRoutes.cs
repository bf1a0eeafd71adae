using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.OpenAi;

/// <summary>OpenAI's embeddings API: its clients work with the base URL changed to this service's <c>/v1</c>.</summary>
internal static class OpenAiRoutes
{
    public static void MapOpenAiEmbeddings(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("OpenAI").WithErrorShape(new OpenAiErrorShape());
        group.MapPost("/embeddings", EmbedAsync)
            .WithBody<OpenAiEmbedBody>()
            .WithName("openai-embeddings")
            .WithSummary("Embeds texts, as OpenAI's API does")
            .ProducesFailures();
        group.MapGet("/models", Models)
            .WithName("openai-models")
            .WithSummary("The models that can be asked for");
        group.MapGet("/models/{**id}", Model)
            .WithName("openai-model")
            .WithSummary("One of the models")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<OpenAiEmbeddings>> EmbedAsync(
        JsonBody<OpenAiEmbedBody> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        var embedded = await embedder.EmbedAsync(body.Value.ToWork(deadline), cancellationToken);
        response.NoteTruncation(embedded);
        return TypedResults.Ok(OpenAiEmbeddings.Of(embedded, body.Value.VectorEncoding));
    }

    private static Ok<OpenAiModels> Models([FromServices] IModelPool<IEmbeddingModel> pool) =>
        TypedResults.Ok(new OpenAiModels("list", [.. pool.Models.Select(model => OpenAiModel.Of(model.Id))]));

    private static Ok<OpenAiModel> Model(string id, [FromServices] IModelPool<IEmbeddingModel> pool)
    {
        // Clients escape the slash of an id, which routing leaves as it is.
        id = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var served = pool.Models;
        return served.Any(model => model.Id == id)
            ? TypedResults.Ok(OpenAiModel.Of(id))
            : throw new ModelNotServedException(id, [.. served.Select(model => model.Id)]);
    }
}
