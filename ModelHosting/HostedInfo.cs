using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.Inference.Serving;
using EmbedPlatform.ModelHosting.Limits;

namespace EmbedPlatform.ModelHosting;

/// <summary>What both model services tell of themselves in <c>/info</c>: our facts, and those that clients of text-embeddings-inference read.</summary>
public record HostedInfo
{
    /// <summary>The id of what serves requests that name no model.</summary>
    public required string Model { get; init; }

    /// <summary>What identifies its weights.</summary>
    public required string Revision { get; init; }

    /// <summary>fp32 or int8.</summary>
    public required string Variant { get; init; }

    /// <summary>The ids of the models that it was made from, the nearest first; empty for a model of its own.</summary>
    public required IReadOnlyList<string> MadeFrom { get; init; }

    /// <summary>What the catalogue has of fusing the scores of a model that is served, or of one that it was made from, with those of others.</summary>
    public required IReadOnlyList<PairFusion> Fusion { get; init; }

    /// <summary>The most tokens of a text, or of a pair of query and document; special tokens included.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Where models run.</summary>
    public string Device => "cpu";

    /// <summary>How many single-threaded runs go side by side.</summary>
    public required int Workers { get; init; }

    /// <summary>Tokens admitted and not yet run.</summary>
    public required long QueuedTokens { get; init; }

    /// <summary>Those of them that somebody waits for.</summary>
    public required long InteractiveTokens { get; init; }

    /// <summary>The most tokens that may wait in a lane.</summary>
    public required long QueueLimit { get; init; }

    /// <summary>Recently measured throughput; 0 before anything ran.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>What can be asked for by name.</summary>
    public required IReadOnlyList<ServedModel> Models { get; init; }

    /// <summary>Why and until when a smaller model serves in place of the default; absent where the default serves.</summary>
    public required FallbackState? Fallback { get; init; }

    /// <summary>What the process may use, as it is.</summary>
    public required EffectiveLimits Limits { get; init; }

    /// <summary>The id again, as text-embeddings-inference calls it; so are the properties below.</summary>
    public string ModelId => Model;

    /// <summary>The revision.</summary>
    public string ModelSha => Revision;

    /// <summary>float32, float16 or int8.</summary>
    public string ModelDtype => Variant switch { "fp32" => "float32", "fp16" => "float16", _ => Variant };

    /// <summary>The most requests at a time; 0: any number.</summary>
    public required int MaxConcurrentRequests { get; init; }

    /// <summary>The most tokens of an input.</summary>
    public int MaxInputLength => MaxTokens;

    /// <summary>The most tokens of a batch in the engine; it bounds no request.</summary>
    public required int MaxBatchTokens { get; init; }

    /// <summary>The most texts of a request.</summary>
    public required int MaxClientBatchSize { get; init; }

    /// <summary>Whether texts that are too long are cut where a request does not say.</summary>
    public bool AutoTruncate => true;

    /// <summary>How many texts are tokenized side by side.</summary>
    public int TokenizationWorkers => Workers;

    /// <summary>The version of the program.</summary>
    public string Version { get; } = typeof(HostedInfo).Assembly.GetName().Version!.ToString(3);

    /// <summary>The state at this moment.</summary>
    /// <typeparam name="TModel">What serves.</typeparam>
    /// <param name="pool">The pool.</param>
    /// <param name="options">How models run.</param>
    /// <param name="pairs">How models' scores are fused.</param>
    /// <param name="requests">The most requests at a time.</param>
    /// <param name="texts">The most texts of a request.</param>
    /// <exception cref="ModelUnavailableException">Nothing is loaded yet.</exception>
    public static (HostedInfo Info, LoadedModel Model) Of<TModel>(
        ModelPool<TModel> pool, InferenceOptions options, PairCatalog pairs, int requests, int texts)
        where TModel : class, IInferenceModel
    {
        var serving = pool.Serving ?? throw new ModelUnavailableException("The service is still loading its model.", TimeSpan.FromSeconds(2));
        var (model, status) = (serving.Model, serving.Status);
        var models = pool.Models;
        var info = new HostedInfo
        {
            Model = model.Id,
            Revision = model.Revision,
            Variant = model.Variant,
            MadeFrom = model.MadeFrom,
            Fusion = pairs.Of([model.Id, .. model.MadeFrom, .. models.SelectMany(served => (string[])[served.Id, .. served.MadeFrom ?? []])]),
            MaxTokens = model.MaxTokens,
            Workers = status.Workers,
            QueuedTokens = status.QueuedTokens,
            InteractiveTokens = status.InteractiveTokens,
            QueueLimit = status.QueueLimit,
            TokensPerSecond = Math.Round(status.TokensPerSecond, 1),
            Models = models,
            Fallback = pool.Fallback,
            Limits = EffectiveLimits.Of(options, status),
            MaxConcurrentRequests = requests,
            MaxBatchTokens = options.BatchTokens,
            MaxClientBatchSize = texts,
        };
        return (info, model);
    }
}
