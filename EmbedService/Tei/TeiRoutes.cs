using System.Numerics.Tensors;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.EmbedService.Http;
using EmbedPlatform.EmbedService.OlderServers;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.Failures;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.EmbedService.Tei;

/// <summary>The routes of text-embeddings-inference 1.9 (its /rerank is RerankService's, its /v1/embeddings OpenAI's).</summary>
internal static class TeiRoutes
{
    public static void MapTei(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("TEI").WithErrorShape(new TeiErrorShape());
        group.MapPost("/embed", EmbedAsync)
            .WithBody<SharedEmbedBody>()
            .WithName("tei-embed")
            .WithSummary("Embeds texts, as TEI (inputs) or an older server (text, texts) does")
            .AddOpenApiOperationTransformer(WireSchemas.OrAnswers<float[][], OlderEmbedAnswer>())
            .ProducesFailures();
        group.MapPost("/embed_all", EmbedAllAsync)
            .WithBody<TeiInputsBody>()
            .WithName("tei-embed-all")
            .WithSummary("A vector for every token of every text")
            .ProducesFailures();
        group.MapPost("/embed_sparse", EmbedSparseAsync)
            .WithBody<TeiInputsBody>()
            .WithName("tei-embed-sparse")
            .WithSummary("Weights of the tokens of every text")
            .ProducesFailures();
        group.MapPost("/similarity", SimilarityAsync)
            .WithBody<SimilarityBody>()
            .WithName("tei-similarity")
            .WithSummary("Cosine similarities of a sentence to others")
            .ProducesFailures();
        group.MapTokens();
    }

    private static async Task<Results<Ok<float[][]>, Ok<OlderEmbedAnswer>>> EmbedAsync(
        JsonBody<SharedEmbedBody> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        var embedded = await RunAsync(body.Value.ToWork(deadline), embedder, response, cancellationToken);
        return body.Value.IsTei()
            ? TypedResults.Ok(embedded.Items.Select(item => item.Vector).ToArray())
            : TypedResults.Ok(OlderEmbedAnswer.Of(embedded, single: body.Value.Text is not null));
    }

    private static async Task<Ok<float[][][]>> EmbedAllAsync(
        JsonBody<TeiInputsBody> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        var embedded = await RunAsync(body.Value.ToWork(deadline, EmbeddingOutputs.Tokens), embedder, response, cancellationToken);
        return TypedResults.Ok(embedded.Items.Select(item => item.TokenVectors!.ToArray()).ToArray());
    }

    private static async Task<Ok<TokenWeight[][]>> EmbedSparseAsync(
        JsonBody<TeiInputsBody> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        var embedded = await RunAsync(body.Value.ToWork(deadline, EmbeddingOutputs.Sparse), embedder, response, cancellationToken);
        return TypedResults.Ok(embedded.Items.Select(item => Weights(item.Sparse!)).ToArray());
    }

    private static async Task<Ok<float[]>> SimilarityAsync(
        JsonBody<SimilarityBody> body,
        RequestDeadline deadline,
        TextEmbedder embedder,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        var embedded = await RunAsync(body.Value.ToWork(deadline), embedder, response, cancellationToken);
        var source = embedded.Items[0].Vector;
        return TypedResults.Ok(embedded.Items.Skip(1).Select(item => TensorPrimitives.Dot(source, item.Vector)).ToArray());
    }

    private static async Task<Embedded> RunAsync(EmbedWork work, TextEmbedder embedder, HttpResponse response, CancellationToken cancellationToken)
    {
        var embedded = await embedder.EmbedAsync(work, cancellationToken);
        TeiHeaders.Write(response, embedded, work.Input.Characters);
        return embedded;
    }

    private static TokenWeight[] Weights(SparseEmbedding sparse) =>
        [.. sparse.TokenIds.Zip(sparse.Weights, (id, weight) => new TokenWeight(id, weight))];
}

/// <summary>The weight of a token.</summary>
/// <param name="Index">The token's id.</param>
/// <param name="Value">Its weight, above 0.</param>
internal sealed record TokenWeight(int Index, float Value);
