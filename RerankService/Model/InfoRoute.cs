using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ModelHosting;
using EmbedPlatform.RerankService.Reranking;
using EmbedPlatform.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.RerankService.Model;

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
        [FromServices] ModelPool<IRerankModel> pool,
        [FromServices] IOptions<InferenceOptions> inference,
        [FromServices] IOptions<LimitsOptions> limits,
        [FromServices] IOptions<RerankServiceOptions> options)
    {
        var (info, _) = HostedInfo.Of(pool, inference.Value, limits.Value.MaxConcurrentRequests, options.Value.MaxDocuments);
        return TypedResults.Ok(new InfoAnswer(info));
    }
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
