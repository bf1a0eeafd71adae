using System.Diagnostics.CodeAnalysis;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ModelHosting;

namespace EmbedPlatform.EmbedService.Model;

/// <summary>What this service adds to <c>GET /info</c>.</summary>
internal static class ServiceInfo
{
    public static void MapInfo(this IEndpointRouteBuilder routes) =>
        routes.MapInfo<IEmbeddingModel, EmbedServiceOptions, InfoAnswer>(options => options.MaxTexts, (info, model) => new InfoAnswer(info, model));
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
