using System.Diagnostics;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>
/// Takes dense embeddings of texts from this process, from Redis, or from a request that is computing them; the engine gets the remaining
/// texts in one call. Token ids and other outputs bypass the cache. Callers share the vectors and must not change them.
/// </summary>
/// <param name="inner">The model; disposed with this one.</param>
internal sealed class CachingEmbeddingModel(IEmbeddingModel inner, EmbeddingCache cache) : IEmbeddingModel
{
    public LoadedModel Model => inner.Model;

    public EngineStatus Status => inner.Status;

    public Tokenizer Tokenizer => inner.Tokenizer;

    public Task<IReadOnlyList<TextEmbedding>> EmbedAsync(
        IReadOnlyList<string> texts,
        EmbedOptions options,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Outputs != EmbeddingOutputs.Dense || texts.Count == 0)
        {
            return inner.EmbedAsync(texts, options, cancellationToken);
        }

        var (space, prompt) = (CacheKey.SpaceOf(Model, options), Model.Prompt(options.Role));
        var found = new TextEmbedding?[texts.Count];
        Dictionary<CacheKey, CacheMiss>? misses = null;
        for (var i = 0; i < texts.Count; i++)
        {
            var key = CacheKey.From(space, prompt, texts[i]);
            found[i] = cache.Local.Find(key);
            if (found[i] is null)
            {
                misses ??= [];
                if (!misses.TryGetValue(key, out var miss))
                {
                    misses[key] = miss = new CacheMiss(key, texts[i]);
                }

                miss.Indexes.Add(i);
            }
        }

        var hits = texts.Count - (misses?.Values.Sum(miss => miss.Indexes.Count) ?? 0);
        cache.Metrics.Hits("l1", hits);
        Activity.Current?.SetTag("embedplatform.cache.l1_hits", hits);
        return misses is null
            ? Task.FromResult<IReadOnlyList<TextEmbedding>>(found!)
            : ResolveAsync([.. misses.Values], found, options, cancellationToken);
    }

    public Task<IReadOnlyList<TextEmbedding>> EmbedIdsAsync(
        IReadOnlyList<int[]> texts,
        EmbedOptions options,
        CancellationToken cancellationToken
    ) => inner.EmbedIdsAsync(texts, options, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<IReadOnlyList<TextEmbedding>> ResolveAsync(
        CacheMiss[] misses,
        TextEmbedding?[] found,
        EmbedOptions options,
        CancellationToken cancellationToken
    )
    {
        await new CacheMissResolver(inner, cache, options, cancellationToken).ResolveAsync(misses);
        foreach (var miss in misses)
        {
            foreach (var index in miss.Indexes)
            {
                found[index] = miss.Found;
            }
        }

        return found!;
    }
}

/// <summary>A text without an embedding in this process.</summary>
internal sealed class CacheMiss(CacheKey key, string text)
{
    public CacheKey Key { get; } = key;

    public string Text { get; } = text;

    /// <summary>The text's indexes in the request, ascending.</summary>
    public List<int> Indexes { get; } = [];

    /// <summary>Computed by this request.</summary>
    public InFlightEmbedding? Own { get; set; }

    /// <summary>Computed by another request.</summary>
    public InFlightEmbedding? Shared { get; set; }

    public TextEmbedding? Found { get; set; }
}
