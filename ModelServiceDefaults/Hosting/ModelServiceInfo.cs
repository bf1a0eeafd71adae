using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.ModelServiceDefaults.Limits;

namespace EmbedPlatform.ModelServiceDefaults.Hosting;

/// <summary>
/// The common part of both model services' <c>/info</c>, including the fields that clients of text-embeddings-inference read.
/// </summary>
public record ModelServiceInfo
{
    /// <summary>The id of the model that serves requests without a model.</summary>
    public required string Model { get; init; }

    public required string Revision { get; init; }

    /// <summary>fp32 or int8.</summary>
    public required string Variant { get; init; }

    /// <summary>The ids of the models that it was derived from, the nearest first; empty for an original model.</summary>
    public required IReadOnlyList<string> MadeFrom { get; init; }

    /// <summary>The catalogue's fusion weights for pairs with a served model, or with one that it was derived from.</summary>
    public required IReadOnlyList<PairFusion> Fusion { get; init; }

    /// <summary>The most tokens of a text, or of a query and document, special tokens included.</summary>
    public required int MaxTokens { get; init; }

    public string Device => "cpu";

    /// <summary>Parallel single-threaded runs.</summary>
    public required int Workers { get; init; }

    /// <summary>Admitted tokens that have not run yet.</summary>
    public required long QueuedTokens { get; init; }

    /// <summary>Those of them in the interactive lane.</summary>
    public required long InteractiveTokens { get; init; }

    /// <summary>The capacity of a lane in tokens.</summary>
    public required long QueueLimit { get; init; }

    /// <summary>Recent throughput; 0 before the first run.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>The models that requests can name.</summary>
    public required IReadOnlyList<ServedModel> Models { get; init; }

    /// <summary>Why and until when a smaller model replaces the default model; absent otherwise.</summary>
    public required FallbackState? Fallback { get; init; }

    /// <summary>The effective limits of the process.</summary>
    public required EffectiveLimits Limits { get; init; }

    /// <summary>This and the following properties are TEI's.</summary>
    public string ModelId => Model;

    public string ModelSha => Revision;

    /// <summary>float32, float16 or int8.</summary>
    public string ModelDtype =>
        Variant switch
        {
            "fp32" => "float32",
            "fp16" => "float16",
            _ => Variant,
        };

    /// <summary>0 means no limit.</summary>
    public required int MaxConcurrentRequests { get; init; }

    public int MaxInputLength => MaxTokens;

    /// <summary>The most tokens of an engine batch; not a limit of a request.</summary>
    public required int MaxBatchTokens { get; init; }

    /// <summary>The most texts of a request.</summary>
    public required int MaxClientBatchSize { get; init; }

    public bool AutoTruncate => true;

    public int TokenizationWorkers => Workers;

    public string Version { get; } = typeof(ModelServiceInfo).Assembly.GetName().Version!.ToString(3);

    /// <exception cref="ModelUnavailableException">No model is loaded yet.</exception>
    public static (ModelServiceInfo Info, LoadedModel Model) From<TModel>(
        ModelPool<TModel> pool,
        InferenceOptions options,
        ModelPairCatalog pairs,
        int maxConcurrentRequests,
        int maxTexts
    )
        where TModel : class, IInferenceModel
    {
        var serving =
            pool.Serving ?? throw new ModelUnavailableException("The service is still loading its model.", TimeSpan.FromSeconds(2));
        var (model, status) = (serving.Model, serving.Status);
        var models = pool.Models;
        var info = new ModelServiceInfo
        {
            Model = model.Id,
            Revision = model.Revision,
            Variant = model.Variant,
            MadeFrom = model.MadeFrom,
            Fusion = pairs.PairsOf([
                model.Id,
                .. model.MadeFrom,
                .. models.SelectMany(served => (string[])[served.Id, .. served.MadeFrom ?? []]),
            ]),
            MaxTokens = model.MaxTokens,
            Workers = status.Workers,
            QueuedTokens = status.QueuedTokens,
            InteractiveTokens = status.InteractiveTokens,
            QueueLimit = status.QueueLimit,
            TokensPerSecond = Math.Round(status.TokensPerSecond, 1),
            Models = models,
            Fallback = pool.Fallback,
            Limits = EffectiveLimits.From(options, status),
            MaxConcurrentRequests = maxConcurrentRequests,
            MaxBatchTokens = options.BatchTokens,
            MaxClientBatchSize = maxTexts,
        };
        return (info, model);
    }
}
