using System.Text.Json.Serialization;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ModelHosting;
using EmbedPlatform.ModelHosting.Limits;
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
        var info = PoolInfo.Of(pool, inference);
        var (model, status) = (info.Model, info.Status);
        return TypedResults.Ok(new InfoAnswer(
            model.Id,
            model.Revision,
            model.Variant,
            model.MaxTokens,
            "cpu",
            status.Workers,
            status.QueuedTokens,
            status.InteractiveTokens,
            status.QueueLimit,
            Math.Round(status.TokensPerSecond, 1),
            info.Models,
            info.Fallback,
            info.Limits,
            ModelId: model.Id,
            ModelSha: model.Revision,
            ModelDtype: info.Dtype,
            ModelType: ModelTypeAnswer.OneScore,
            MaxConcurrentRequests: limits.Value.MaxConcurrentRequests,
            MaxInputLength: model.MaxTokens,
            MaxBatchTokens: info.BatchTokens,
            MaxClientBatchSize: options.Value.MaxDocuments,
            AutoTruncate: true,
            TokenizationWorkers: status.Workers,
            Version: PoolInfo.Version));
    }
}

/// <summary>What is loaded, how busy it is, and what it may use.</summary>
/// <param name="Model">The id of what serves requests that name no model.</param>
/// <param name="Revision">What identifies its weights.</param>
/// <param name="Variant">fp32 or int8.</param>
/// <param name="MaxTokens">The most tokens of a pair of query and document, special tokens included.</param>
/// <param name="Device">Where models run: <c>cpu</c>.</param>
/// <param name="Workers">How many single-threaded runs go side by side.</param>
/// <param name="QueuedTokens">Tokens admitted and not yet run.</param>
/// <param name="InteractiveTokens">Those of them that somebody waits for.</param>
/// <param name="QueueLimit">The most tokens that may wait in a lane.</param>
/// <param name="TokensPerSecond">Recently measured throughput; 0 before anything ran.</param>
/// <param name="Models">What can be asked for by name.</param>
/// <param name="Fallback">Why and until when a smaller model serves in place of the default; absent where the default serves.</param>
/// <param name="Limits">What the process may use, as it is.</param>
/// <param name="ModelId">The id again, as text-embeddings-inference calls it; so are the fields below.</param>
/// <param name="ModelSha">The revision.</param>
/// <param name="ModelDtype">float32, or int8.</param>
/// <param name="ModelType">What the model does.</param>
/// <param name="MaxConcurrentRequests">The most requests at a time; 0: any number.</param>
/// <param name="MaxInputLength">The most tokens of a text, special tokens included.</param>
/// <param name="MaxBatchTokens">The most tokens of a batch in the engine; it bounds no request.</param>
/// <param name="MaxClientBatchSize">The most texts of a request.</param>
/// <param name="AutoTruncate">Whether texts that are too long are cut where a request does not say.</param>
/// <param name="TokenizationWorkers">How many texts are tokenized side by side.</param>
/// <param name="Version">The version of the program.</param>
internal sealed record InfoAnswer(
    string Model,
    string Revision,
    string Variant,
    int MaxTokens,
    string Device,
    int Workers,
    long QueuedTokens,
    long InteractiveTokens,
    long QueueLimit,
    double TokensPerSecond,
    IReadOnlyList<ServedModel> Models,
    FallbackState? Fallback,
    EffectiveLimits Limits,
    string ModelId,
    string ModelSha,
    string ModelDtype,
    ModelTypeAnswer ModelType,
    int MaxConcurrentRequests,
    int MaxInputLength,
    int MaxBatchTokens,
    int MaxClientBatchSize,
    bool AutoTruncate,
    int TokenizationWorkers,
    string Version);

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
