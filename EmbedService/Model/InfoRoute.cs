using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ServiceDefaults.Startup;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.EmbedService.Model;

/// <summary><c>GET /info</c>.</summary>
internal static class InfoRoute
{
    public static void MapInfo(this IEndpointRouteBuilder routes) => routes
        .MapGet("/info", Info)
        .WithName("info")
        .WithTags("Model")
        .WithSummary("What is loaded, and how busy it is")
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static Ok<InfoAnswer> Info(Loaded<ModelPool<IEmbeddingModel>> pool)
    {
        var model = pool.Value.Serving!;
        var (id, revision, variant, dimension, maxTokens) = model.Model;
        var (workers, queued, limit, speed) = model.Status;
        return TypedResults.Ok(new InfoAnswer(id, revision, variant, dimension, maxTokens, workers, queued, limit, Math.Round(speed, 1)));
    }
}

/// <summary>What is loaded, and how busy it is.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Revision">What identifies its weights.</param>
/// <param name="Variant">fp32 or int8.</param>
/// <param name="Dimension">The length of an embedding.</param>
/// <param name="MaxTokens">The most tokens of a text.</param>
/// <param name="Workers">How many single-threaded runs go side by side.</param>
/// <param name="QueuedTokens">Tokens admitted and not yet embedded.</param>
/// <param name="QueueLimit">The most tokens that may be admitted at a time.</param>
/// <param name="TokensPerSecond">Recently measured throughput; 0 before anything ran.</param>
internal sealed record InfoAnswer(
    string Model, string Revision, string Variant, int Dimension, int MaxTokens, int Workers, long QueuedTokens, long QueueLimit, double TokensPerSecond);
