using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.OlderServers;

/// <summary>What older in-house servers answered; <c>POST /embed</c>, which they share with TEI, is mapped there.</summary>
internal static class OlderRoutes
{
    public static void MapOlderServers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Older servers");
        group.MapPost("/embeddings", EmbedAsync)
            .WithBody<OlderBody>()
            .WithName("older-embeddings")
            .WithSummary("Embeds one text or many")
            .AddOpenApiOperationTransformer(WireSchemas.OrAnswers<OlderEmbedding, OlderEmbeddings>())
            .WithErrorShape(new OlderErrorShape(StatusCodes.Status422UnprocessableEntity))
            .ProducesFailures();
        group.MapPost("/embeddings/batch", EmbedBatchAsync)
            .WithBody<OlderBatchBody>()
            .WithName("older-embeddings-batch")
            .WithSummary("Embeds any number of texts")
            .WithErrorShape(new OlderErrorShape(StatusCodes.Status422UnprocessableEntity))
            .ProducesFailures();
        group.MapPost("/embed/batch", EmbedTimedAsync)
            .WithBody<OlderBatchBody>()
            .WithName("older-embed-batch")
            .WithSummary("Embeds any number of texts and says how long it took")
            .WithErrorShape(new OlderErrorShape(StatusCodes.Status400BadRequest))
            .ProducesFailures();
        group.MapGet("/models/status", StatusAsync)
            .WithName("older-models-status")
            .WithSummary("Which model embeds")
            .WithErrorShape(new OlderErrorShape(StatusCodes.Status400BadRequest))
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Results<Ok<OlderEmbedding>, Ok<OlderEmbeddings>>> EmbedAsync(
        JsonBody<OlderBody> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        var embedded = await embedder.EmbedAsync(body.Value.ToWork(deadline), cancellationToken);
        response.NoteTruncation(embedded);
        return body.Value.Text is null
            ? TypedResults.Ok(OlderEmbeddings.Of(embedded))
            : TypedResults.Ok(new OlderEmbedding(embedded.Items[0].Vector, embedded.Model.Id, embedded.Dimension));
    }

    private static async Task<Ok<OlderEmbeddings>> EmbedBatchAsync(
        JsonBody<OlderBatchBody> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        var embedded = await embedder.EmbedAsync(body.Value.ToWork(deadline), cancellationToken);
        response.NoteTruncation(embedded);
        return TypedResults.Ok(OlderEmbeddings.Of(embedded));
    }

    private static async Task<Ok<OlderBatch>> EmbedTimedAsync(
        JsonBody<OlderBatchBody> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        var embedded = await embedder.EmbedAsync(body.Value.ToWork(deadline), cancellationToken);
        response.NoteTruncation(embedded);
        return TypedResults.Ok(new OlderBatch(
            [.. embedded.Items.Select(item => item.Vector)], embedded.Items.Count, embedded.Dimension, embedded.LatencyMs));
    }

    private static async Task<Ok<ModelsStatus>> StatusAsync(
        [FromServices] IModelPool<IEmbeddingModel> pool, RequestDeadline deadline, TextEmbedder embedder, CancellationToken cancellationToken)
    {
        using var lease = await embedder.RentAsync(null, deadline, cancellationToken);
        var (id, revision, _, dimension, maxTokens) = lease.Model.Model;
        return TypedResults.Ok(new ModelsStatus(
            id, dimension, true, revision, maxTokens, "cpu", [.. pool.Models.Select(model => new ModelStatus(model.Id, model.Loaded, model.IsDefault))]));
    }
}
