using System.Text.Json.Serialization;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.ModelServiceDefaults.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.RerankService.Formats.Legacy;

/// <summary><c>GET /models/status</c> of the in-house server that this service replaces; its <c>/rerank</c> is in TeiOrLegacy.</summary>
internal sealed class LegacyFormat : IWireFormat
{
    public JsonSerializerContext Json => LegacyJson.Default;

    public void MapRoutes(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/models/status", Status)
            .WithName("models-status")
            .WithTags("Model")
            .WithSummary("The default model and the served models, in the older server's format");

    private static Ok<LegacyModels> Status(IModelPool<IRerankModel> pool)
    {
        var models = pool.Models;
        var reranker = models.FirstOrDefault(model => model.IsDefault) ?? models.FirstOrDefault();
        return TypedResults.Ok(new LegacyModels(reranker?.Id, reranker?.Loaded == true, [.. models.Select(model => model.Id)]));
    }
}

/// <param name="RerankerModel">The default model's id.</param>
/// <param name="RerankerLoaded">Whether it is in memory.</param>
internal sealed record LegacyModels(string? RerankerModel, bool RerankerLoaded, IReadOnlyList<string> RerankerModels);
