using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ModelServiceDefaults.Hosting;
using EmbedPlatform.RerankService.Reranking;

namespace EmbedPlatform.RerankService.Model;

/// <summary>The answer of <c>GET /info</c>.</summary>
internal sealed record RerankServiceInfo : ModelServiceInfo
{
    [SetsRequiredMembers]
    public RerankServiceInfo(ModelServiceInfo info)
        : base(info) { }

    public TeiModelType ModelType { get; } = TeiModelType.SingleScore;
}

/// <summary>The kind of model, in TEI's format.</summary>
internal sealed record TeiModelType(TeiRerankerType Reranker)
{
    public static TeiModelType SingleScore { get; } =
        new(new TeiRerankerType(new Dictionary<string, string> { ["0"] = "LABEL_0" }, new Dictionary<string, int> { ["LABEL_0"] = 0 }));
}

/// <summary>The labels of a classifier; a reranker has one.</summary>
internal sealed record TeiRerankerType(
    [property: JsonPropertyName("id2label")] IReadOnlyDictionary<string, string> Id2Label,
    [property: JsonPropertyName("label2id")] IReadOnlyDictionary<string, int> Label2Id
);

internal static class RerankServiceInfoRoute
{
    public static void MapInfo(this IEndpointRouteBuilder routes) =>
        routes.MapInfo<IRerankModel, RerankServiceOptions, RerankServiceInfo>(
            options => options.MaxDocuments,
            (info, _) => new RerankServiceInfo(info)
        );
}
