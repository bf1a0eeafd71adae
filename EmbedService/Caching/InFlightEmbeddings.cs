using System.Collections.Concurrent;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.ModelPools;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>An embedding being computed.</summary>
internal sealed class InFlightEmbedding(Lane lane)
{
    private readonly TaskCompletionSource<TextEmbedding?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Lane Lane { get; } = lane;

    /// <summary>The embedding; null if the computing request failed or was cancelled.</summary>
    public Task<TextEmbedding?> Completion => _completion.Task;

    public void Complete(TextEmbedding? embedding) => _completion.TrySetResult(embedding);
}

/// <summary>Single-flight: the embeddings that this process is computing, so that concurrent requests share them.</summary>
internal sealed class InFlightEmbeddings
{
    private readonly ConcurrentDictionary<CacheKey, InFlightEmbedding> _inFlight = new();

    /// <returns>True if the caller computes the embedding and completes it; false if another request does.</returns>
    public bool TryBegin(in CacheKey key, Lane lane, out InFlightEmbedding embedding)
    {
        var mine = new InFlightEmbedding(lane);
        embedding = _inFlight.GetOrAdd(key, mine);
        // Interactive requests do not wait behind bulk work.
        if (embedding != mine && embedding.Lane == Lane.Bulk && lane == Lane.Interactive)
        {
            embedding = _inFlight[key] = mine;
        }

        return embedding == mine;
    }

    public void Complete(in CacheKey key, InFlightEmbedding embedding, TextEmbedding? result)
    {
        _inFlight.TryRemove(KeyValuePair.Create(key, embedding));
        embedding.Complete(result);
    }
}
