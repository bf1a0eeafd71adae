using System.Diagnostics;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Tokenization;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>
/// A model that embeds no text twice: dense embeddings of texts come from this process, from Redis, or from whoever makes them right now; the engine
/// gets what is left, in one piece. Token ids and other outputs go straight through. The vectors belong to all who get them: nobody may change them.
/// </summary>
/// <param name="inner">The model; owned.</param>
/// <param name="cache">The cache.</param>
internal sealed class CachingEmbeddingModel(IEmbeddingModel inner, EmbeddingCache cache) : IEmbeddingModel
{
    /// <inheritdoc/>
    public LoadedModel Model => inner.Model;

    /// <inheritdoc/>
    public EngineStatus Status => inner.Status;

    /// <inheritdoc/>
    public Tokenizer Tokenizer => inner.Tokenizer;

    /// <inheritdoc/>
    public Task<IReadOnlyList<TextEmbedding>> EmbedAsync(IReadOnlyList<string> texts, EmbedOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Outputs != EmbeddingOutputs.Dense || texts.Count == 0)
        {
            return inner.EmbedAsync(texts, options, cancellationToken);
        }

        var (space, prompt) = (CacheKey.SpaceOf(Model, options), Model.Prompt(options.Role));
        var found = new TextEmbedding?[texts.Count];
        Dictionary<CacheKey, Miss>? misses = null;
        for (var i = 0; i < texts.Count; i++)
        {
            var key = CacheKey.Of(space, prompt, texts[i]);
            found[i] = cache.Local.Find(key);
            if (found[i] is null)
            {
                misses ??= [];
                if (!misses.TryGetValue(key, out var miss))
                {
                    misses[key] = miss = new Miss(key, texts[i]);
                }

                miss.Places.Add(i);
            }
        }

        var known = texts.Count - (misses?.Values.Sum(miss => miss.Places.Count) ?? 0);
        cache.Metrics.Hits("l1", known);
        Activity.Current?.SetTag("embedplatform.cache.l1_hits", known);
        return misses is null
            ? Task.FromResult<IReadOnlyList<TextEmbedding>>(found!)
            : FindAsync([.. misses.Values], found, options, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TextEmbedding>> EmbedIdsAsync(IReadOnlyList<int[]> texts, EmbedOptions options, CancellationToken cancellationToken) =>
        inner.EmbedIdsAsync(texts, options, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<IReadOnlyList<TextEmbedding>> FindAsync(
        Miss[] misses, TextEmbedding?[] found, EmbedOptions options, CancellationToken cancellationToken)
    {
        await new MissedTexts(inner, cache, options, cancellationToken).FindAsync(misses);
        foreach (var miss in misses)
        {
            foreach (var place in miss.Places)
            {
                found[place] = miss.Found;
            }
        }

        return found!;
    }
}

/// <summary>A text that this process has no embedding of.</summary>
internal sealed class Miss(CacheKey key, string text)
{
    public CacheKey Key { get; } = key;

    public string Text { get; } = text;

    /// <summary>Where it stands in the request, ascending.</summary>
    public List<int> Places { get; } = [];

    /// <summary>What this request makes and others may wait for.</summary>
    public Flight? Mine { get; set; }

    /// <summary>What another request makes.</summary>
    public Flight? Theirs { get; set; }

    public TextEmbedding? Found { get; set; }
}
