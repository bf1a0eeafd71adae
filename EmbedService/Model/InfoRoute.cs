using System.Diagnostics.CodeAnalysis;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ModelHosting;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Model;

/// <summary><c>GET /info</c>: our facts, and those that clients of text-embeddings-inference read.</summary>
internal static class InfoRoute
{
    public static void MapInfo(this IEndpointRouteBuilder routes) => routes
        .MapGet("/info", Info)
        .WithName("info")
        .WithTags("Model")
        .WithSummary("What is loaded, how busy it is, and what it may use")
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static Ok<InfoAnswer> Info(
        [FromServices] ModelPool<IEmbeddingModel> pool,
        [FromServices] IOptions<InferenceOptions> inference,
        [FromServices] IOptions<LimitsOptions> limits,
        [FromServices] IOptions<EmbedServiceOptions> options)
    {
        var (info, model) = HostedInfo.Of(pool, inference.Value, limits.Value.MaxConcurrentRequests, options.Value.MaxTexts);
        return TypedResults.Ok(new InfoAnswer(info, model));
    }
}

/// <summary>What is loaded, how busy it is, and what it may use.</summary>
internal sealed record InfoAnswer : HostedInfo
{
    [SetsRequiredMembers]
    public InfoAnswer(HostedInfo hosted, LoadedModel model)
        : base(hosted) =>
        (Dimension, ModelType) = (model.Dimension, new ModelTypeAnswer(new PoolingAnswer(model.Pooling.ToString().ToLowerInvariant())));

    /// <summary>The length of an embedding.</summary>
    public int Dimension { get; }

    /// <summary>What the model does.</summary>
    public ModelTypeAnswer ModelType { get; }
}

/// <summary>What the model does, as text-embeddings-inference says it.</summary>
/// <param name="Embedding">It embeds.</param>
internal sealed record ModelTypeAnswer(PoolingAnswer Embedding);

/// <summary>How the model embeds.</summary>
/// <param name="Pooling">cls, mean, last, or none where the graph gives the result itself.</param>
internal sealed record PoolingAnswer(string Pooling);
