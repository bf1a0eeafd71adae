using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ModelServiceDefaults.Hosting;

/// <summary>A model pool in <c>/health</c>.</summary>
internal static class PoolHealth
{
    /// <summary>Facts about the default model, with the names that clients of older servers know.</summary>
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

    /// <summary>Healthy as long as the next interactive request would be admitted.</summary>
    internal sealed class Queue<TModel>(ModelPool<TModel> pool) : IHealthCheck
        where TModel : class, IInferenceModel
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(
                pool.Serving?.Status is { IsFull: true } status
                    ? HealthCheckResult.Unhealthy(
                        $"queue is full: {status.InteractiveTokens} tokens are waiting, the limit is {status.QueueLimit}"
                    )
                    : HealthCheckResult.Healthy()
            );
    }

    /// <summary>Degraded, but ready, while the fallback serves.</summary>
    internal sealed class Default<TModel>(ModelPool<TModel> pool) : IHealthCheck
        where TModel : class, IInferenceModel
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(
                pool.Fallback is { } fallback
                    ? pool.Serving is null
                        ? HealthCheckResult.Unhealthy($"no model is serving: {fallback.Reason}")
                        : HealthCheckResult.Degraded($"{fallback.Model} is serving instead: {fallback.Reason}")
                    : HealthCheckResult.Healthy()
            );
    }
}
