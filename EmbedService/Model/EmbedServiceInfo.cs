using System.Diagnostics.CodeAnalysis;
using EmbedPlatform.EmbedService.Embedding;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ModelServiceDefaults.Hosting;

namespace EmbedPlatform.EmbedService.Model;

/// <summary>The answer of <c>GET /info</c>.</summary>
internal sealed record EmbedServiceInfo : ModelServiceInfo
{
    [SetsRequiredMembers]
    public EmbedServiceInfo(ModelServiceInfo info, LoadedModel model)
        : base(info) =>
        (Dimension, ModelType) = (model.Dimension, new TeiModelType(new TeiEmbeddingType(model.Pooling.ToString().ToLowerInvariant())));

    /// <summary>The length of an embedding.</summary>
    public int Dimension { get; }

    public TeiModelType ModelType { get; }
}

/// <summary>The kind of model, in TEI's format.</summary>
internal sealed record TeiModelType(TeiEmbeddingType Embedding);

/// <param name="Pooling">cls, mean, last, or none for a graph that returns the embedding itself.</param>
internal sealed record TeiEmbeddingType(string Pooling);

internal static class EmbedServiceInfoRoute
{
    public static void MapInfo(this IEndpointRouteBuilder routes) =>
        routes.MapInfo<IEmbeddingModel, EmbedServiceOptions, EmbedServiceInfo>(
            options => options.MaxTexts,
            (info, model) => new EmbedServiceInfo(info, model)
        );
}
