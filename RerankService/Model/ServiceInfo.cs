using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ModelHosting;
using EmbedPlatform.RerankService.Reranking;

namespace EmbedPlatform.RerankService.Model;

/// <summary>What this service adds to <c>GET /info</c>.</summary>
internal static class ServiceInfo
{
    public static void MapInfo(this IEndpointRouteBuilder routes) =>
        routes.MapInfo<IRerankModel, RerankServiceOptions, InfoAnswer>(options => options.MaxDocuments, (info, _) => new InfoAnswer(info));
}

/// <summary>What is loaded, how busy it is, and what it may use.</summary>
internal sealed record InfoAnswer : HostedInfo
{
    [SetsRequiredMembers]
    public InfoAnswer(HostedInfo hosted)
        : base(hosted)
    {
    }

    /// <summary>What the model does.</summary>
    public ModelTypeAnswer ModelType { get; } = ModelTypeAnswer.OneScore;
}

/// <summary>What the model does, as text-embeddings-inference says it.</summary>
/// <param name="Reranker">It gives one score.</param>
internal sealed record ModelTypeAnswer(LabelsAnswer Reranker)
{
    public static ModelTypeAnswer OneScore { get; } =
        new(new LabelsAnswer(new Dictionary<string, string> { ["0"] = "LABEL_0" }, new Dictionary<string, int> { ["LABEL_0"] = 0 }));
}

/// <summary>The labels of a classifier; a reranker has one.</summary>
/// <param name="Id2Label">Numbers to labels.</param>
/// <param name="Label2Id">Labels to numbers.</param>
internal sealed record LabelsAnswer(
    [property: JsonPropertyName("id2label")] IReadOnlyDictionary<string, string> Id2Label,
    [property: JsonPropertyName("label2id")] IReadOnlyDictionary<string, int> Label2Id);
