using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ModelHosting;

/// <summary>What <c>/health</c> says of a pool of models.</summary>
internal static class PoolHealth
{
    /// <summary>The facts of what serves requests that name no model; the names are those that clients of older servers know.</summary>
    public static Dictionary<string, object> Describe<TModel>(IServiceProvider services, ModelPool<TModel>? pool)
        where TModel : class, IInferenceModel
    {
        var facts = new Dictionary<string, object> { ["device"] = "cpu" };
        if (pool?.Serving is not { } model)
        {
            facts["model"] = services.GetRequiredService<IOptions<InferenceOptions>>().Value.Model;
            facts["model_loaded"] = false;
            return facts;
        }

        facts["model"] = model.Model.Id;
        facts["model_loaded"] = true;
        facts["revision"] = model.Model.Revision;
        facts["variant"] = model.Model.Variant;
        facts["dimension"] = model.Model.Dimension;
        facts["max_tokens"] = model.Model.MaxTokens;
        facts["queued_tokens"] = model.Status.QueuedTokens;
        if (pool.Fallback is { } fallback)
        {
            facts["fallback_reason"] = fallback.Reason;
        }

        return facts;
    }

    /// <summary>Ready as long as the next interactive request would be taken.</summary>
    internal sealed class Queue<TModel>(ModelPool<TModel> pool) : IHealthCheck
        where TModel : class, IInferenceModel
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(pool.Serving?.Status is { IsFull: true } status
                ? HealthCheckResult.Unhealthy($"full: {status.InteractiveTokens} tokens wait, the limit is {status.QueueLimit}")
                : HealthCheckResult.Healthy());
    }

    /// <summary>Degraded, and still ready, while a smaller model serves.</summary>
    internal sealed class Default<TModel>(ModelPool<TModel> pool) : IHealthCheck
        where TModel : class, IInferenceModel
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(pool.Fallback is { } fallback
                ? pool.Serving is null
                    ? HealthCheckResult.Unhealthy($"nothing serves: {fallback.Reason}")
                    : HealthCheckResult.Degraded($"{fallback.Model} serves: {fallback.Reason}")
                : HealthCheckResult.Healthy());
    }
}
