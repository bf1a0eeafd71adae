using System.Numerics.Tensors;
using System.Text.Json.Serialization;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Formats.Shared;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ModelServiceDefaults.Wire;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.EmbedService.Formats.Tei;

/// <summary>
/// The routes of text-embeddings-inference 1.9, except <c>/embed</c> (TeiOrLegacy), <c>/rerank</c> (RerankService) and
/// <c>/v1/embeddings</c> (OpenAi).
/// </summary>
internal sealed class TeiFormat : IWireFormat
{
    public JsonSerializerContext Json => TeiJson.Default;

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("TEI").WithErrorShape(new TeiErrorShape());
        group
            .MapPost("/embed_all", EmbedAllAsync)
            .WithBody<TeiInputsRequest>()
            .WithName("tei-embed-all")
            .WithSummary("Embeds every token of every text")
            .ProducesFailures();
        group
            .MapPost("/embed_sparse", EmbedSparseAsync)
            .WithBody<TeiInputsRequest>()
            .WithName("tei-embed-sparse")
            .WithSummary("Sparse embeddings: weights of the tokens of every text")
            .ProducesFailures();
        group
            .MapPost("/similarity", SimilarityAsync)
            .WithBody<TeiSimilarityRequest>()
            .WithName("tei-similarity")
            .WithSummary("Cosine similarities of one sentence to others")
            .ProducesFailures();
        group.MapTeiTokenize();
    }

    private static async Task<Ok<float[][][]>> EmbedAllAsync(
        JsonBody<TeiInputsRequest> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var result = await EmbedAsync(body.Value.ToRequest(deadline, EmbeddingOutputs.Tokens), embedder, response, cancellationToken);
        return TypedResults.Ok(result.Items.Select(item => item.TokenVectors!.ToArray()).ToArray());
    }

    private static async Task<Ok<TeiTokenWeight[][]>> EmbedSparseAsync(
        JsonBody<TeiInputsRequest> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var result = await EmbedAsync(body.Value.ToRequest(deadline, EmbeddingOutputs.Sparse), embedder, response, cancellationToken);
        return TypedResults.Ok(result.Items.Select(item => Weights(item.Sparse!)).ToArray());
    }

    private static async Task<Ok<float[]>> SimilarityAsync(
        JsonBody<TeiSimilarityRequest> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var result = await EmbedAsync(body.Value.ToRequest(deadline), embedder, response, cancellationToken);
        var source = result.Items[0].Vector;
        return TypedResults.Ok(result.Items.Skip(1).Select(item => TensorPrimitives.Dot(source, item.Vector)).ToArray());
    }

    private static async Task<EmbeddingResult> EmbedAsync(
        EmbeddingRequest request,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var result = await embedder.EmbedAsync(request, cancellationToken);
        response.AddTeiHeaders(request, result);
        return result;
    }

    private static TeiTokenWeight[] Weights(SparseEmbedding sparse) =>
        [.. sparse.TokenIds.Zip(sparse.Weights, (id, weight) => new TeiTokenWeight(id, weight))];
}

/// <param name="Index">The token's id.</param>
/// <param name="Value">Its weight, above 0.</param>
internal sealed record TeiTokenWeight(int Index, float Value);
