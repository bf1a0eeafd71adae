using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ModelHosting.Limits;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.ModelHosting;

/// <summary>What both model services tell of themselves in <c>/info</c>.</summary>
/// <param name="Model">What serves requests that name no model.</param>
/// <param name="Status">Its engine.</param>
/// <param name="Models">What can be asked for by name.</param>
/// <param name="Fallback">Why a smaller model serves in place of the default; null where the default serves.</param>
/// <param name="Limits">What the process may use.</param>
/// <param name="BatchTokens">The most tokens of a batch.</param>
public sealed record PoolInfo(
    LoadedModel Model, EngineStatus Status, IReadOnlyList<ServedModel> Models, FallbackState? Fallback, EffectiveLimits Limits, int BatchTokens)
{
    /// <summary>The version of the program.</summary>
    public static string Version { get; } = typeof(PoolInfo).Assembly.GetName().Version!.ToString(3);

    /// <summary>The numeric form of the weights in the words of text-embeddings-inference.</summary>
    public string Dtype => Model.Variant == "fp32" ? "float32" : Model.Variant == "fp16" ? "float16" : Model.Variant;

    /// <summary>The state at this moment.</summary>
    /// <typeparam name="TModel">What serves.</typeparam>
    /// <param name="pool">The pool.</param>
    /// <param name="options">How models run.</param>
    /// <exception cref="ModelUnavailableException">Nothing is loaded yet.</exception>
    public static PoolInfo Of<TModel>(ModelPool<TModel> pool, IOptions<InferenceOptions> options)
        where TModel : class, IInferenceModel
    {
        var model = pool.Serving ?? throw new ModelUnavailableException("The service is still loading its model.", TimeSpan.FromSeconds(2));
        var status = model.Status;
        return new PoolInfo(
            model.Model, status, pool.Models, pool.Fallback, EffectiveLimits.Of(options.Value, status), options.Value.BatchTokens);
    }
}
