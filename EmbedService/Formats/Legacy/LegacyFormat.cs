using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EmbedPlatform.EmbedService.Formats.Legacy;

/// <summary>The routes of the in-house servers that this platform replaces, except <c>/embed</c> (TeiOrLegacy).</summary>
internal sealed class LegacyFormat : IWireFormat
{
    public JsonSerializerContext Json => LegacyJson.Default;

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Older servers");
        group
            .MapPost("/embeddings", EmbedAsync)
            .WithBody<LegacyEmbedRequest>()
            .WithName("older-embeddings")
            .WithSummary("Embeds one text or several")
            .AddOpenApiOperationTransformer(ResponseSchemas.OneOf<LegacyEmbedding, LegacyEmbeddings>())
            .WithErrorShape(new LegacyErrorShape(StatusCodes.Status422UnprocessableEntity))
            .ProducesFailures();
        group
            .MapPost("/embeddings/batch", EmbedBatchAsync)
            .WithBody<LegacyBatchRequest>()
            .WithName("older-embeddings-batch")
            .WithSummary("Embeds a list of texts")
            .WithErrorShape(new LegacyErrorShape(StatusCodes.Status422UnprocessableEntity))
            .ProducesFailures();
        group
            .MapPost("/embed/batch", EmbedTimedAsync)
            .WithBody<LegacyBatchRequest>()
            .WithName("older-embed-batch")
            .WithSummary("Embeds a list of texts and reports the latency")
            .WithErrorShape(new LegacyErrorShape(StatusCodes.Status400BadRequest))
            .ProducesFailures();
        group
            .MapGet("/models/status", StatusAsync)
            .WithName("older-models-status")
            .WithSummary("The default model and the served models")
            .WithErrorShape(new LegacyErrorShape(StatusCodes.Status400BadRequest))
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Results<Ok<LegacyEmbedding>, Ok<LegacyEmbeddings>>> EmbedAsync(
        JsonBody<LegacyEmbedRequest> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var result = await RunAsync(body.Value.ToRequest(deadline), embedder, response, cancellationToken);
        return body.Value.Text is null
            ? TypedResults.Ok(LegacyEmbeddings.From(result))
            : TypedResults.Ok(new LegacyEmbedding(result.Items[0].Vector, result.Model.Id, result.Dimension));
    }

    private static async Task<Ok<LegacyEmbeddings>> EmbedBatchAsync(
        JsonBody<LegacyBatchRequest> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(LegacyEmbeddings.From(await RunAsync(body.Value.ToRequest(deadline), embedder, response, cancellationToken)));

    private static async Task<Ok<LegacyTimedEmbeddings>> EmbedTimedAsync(
        JsonBody<LegacyBatchRequest> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(LegacyTimedEmbeddings.From(await RunAsync(body.Value.ToRequest(deadline), embedder, response, cancellationToken)));

    private static async Task<EmbeddingResult> RunAsync(
        EmbeddingRequest request,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var result = await embedder.EmbedAsync(request, cancellationToken);
        response.AddTruncation(result);
        return result;
    }

    private static async Task<Ok<LegacyModels>> StatusAsync(
        [FromServices] IModelPool<IEmbeddingModel> pool,
        RequestDeadline deadline,
        TextEmbedder embedder,
        CancellationToken cancellationToken
    )
    {
        using var lease = await embedder.RentAsync(null, deadline, cancellationToken);
        var (id, revision, _, dimension, maxTokens) = lease.Model.Model;
        return TypedResults.Ok(
            new LegacyModels(
                id,
                dimension,
                true,
                revision,
                maxTokens,
                "cpu",
                [.. pool.Models.Select(model => new LegacyModel(model.Id, model.Loaded, model.IsDefault))]
            )
        );
    }
}
