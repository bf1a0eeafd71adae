using System.Diagnostics;
using EmbedPlatform.Inference.Execution;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>
/// Gets one request's missing embeddings: from Redis, from requests and replicas that are computing them, or from the engine.
/// </summary>
internal sealed class CacheMissResolver(
    IEmbeddingModel inner,
    EmbeddingCache cache,
    EmbedOptions options,
    CancellationToken cancellationToken
)
{
    // Waiting for one text of a long request means waiting for all of them; embedding it again is faster.
    private const int MaxShared = 32;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(4);

    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(32);

    private readonly string _lockHolder = Guid.NewGuid().ToString("N");

    private int Dimension => options.Dimensions ?? inner.Model.Dimension;

    /// <summary>Sets <see cref="CacheMiss.Found"/> of every miss.</summary>
    public async Task ResolveAsync(CacheMiss[] misses)
    {
        try
        {
            var own = misses.Length <= MaxShared ? Array.FindAll(misses, TryBegin) : misses;
            await ReadRedisAsync(own);
            await ComputeAsync(Array.FindAll(own, miss => miss.Found is null));
            Complete(misses);

            // Wait only after completing everything that others wait for, so that no two requests wait for each other.
            var shared = Array.FindAll(misses, miss => miss.Shared is not null);
            foreach (var miss in shared)
            {
                miss.Found = await WaitAsync(miss.Shared!.Completion);
            }

            cache.Metrics.Joined("process", shared.Count(miss => miss.Found is not null));
            await EmbedAsync(Array.FindAll(shared, miss => miss.Found is null));
        }
        finally
        {
            Complete(misses);
        }
    }

    private bool TryBegin(CacheMiss miss)
    {
        var begun = cache.InFlight.TryBegin(miss.Key, options.Lane, out var embedding);
        miss.Own = begun ? embedding : null;
        miss.Shared = begun ? null : embedding;
        return begun;
    }

    private void Complete(CacheMiss[] misses)
    {
        foreach (var miss in misses.Where(miss => miss.Own is not null))
        {
            cache.InFlight.Complete(miss.Key, miss.Own!, miss.Found);
            miss.Own = null;
        }
    }

    private async Task ReadRedisAsync(CacheMiss[] misses)
    {
        if (misses.Length == 0 || !cache.Redis.IsAvailable)
        {
            return;
        }

        var values = await cache.Redis.ReadAsync(Array.ConvertAll(misses, miss => miss.Key), Dimension, cancellationToken);
        for (var i = 0; i < misses.Length; i++)
        {
            Take(misses[i], values[i]);
        }

        var hits = misses.Where(miss => miss.Found is not null).Sum(miss => miss.Indexes.Count);
        cache.Metrics.Hits("l2", hits);
        Activity.Current?.SetTag("embedplatform.cache.l2_hits", hits);
    }

    private async Task ComputeAsync(CacheMiss[] misses)
    {
        if (
            misses.Length is 0 or > MaxShared
            || !cache.Keeps(options.Lane)
            || cache.Options.Value.WaitForReplica == TimeSpan.Zero
            || !cache.Redis.IsAvailable
        )
        {
            await EmbedAsync(misses);
            return;
        }

        var locked = await cache.Redis.LockAsync(Array.ConvertAll(misses, miss => miss.Key), _lockHolder, cancellationToken);
        var own = misses.Where((_, i) => locked[i]).ToArray();
        try
        {
            await EmbedAsync(own);
        }
        finally
        {
            cache.Redis.Unlock(own.Select(miss => miss.Key), _lockHolder);
        }

        var shared = misses.Where((_, i) => !locked[i]).ToArray();
        await WaitForReplicasAsync(shared);
        cache.Metrics.Joined("replicas", shared.Count(miss => miss.Found is not null));
        await EmbedAsync(Array.FindAll(shared, miss => miss.Found is null));
    }

    // A replica that died or failed leaves no value and soon no lock; this one then computes the embedding itself.
    private async Task WaitForReplicasAsync(CacheMiss[] misses)
    {
        var until = cache.Clock.GetUtcNow() + cache.Options.Value.WaitForReplica;
        until = options.Deadline < until ? options.Deadline.Value : until;
        foreach (var miss in misses)
        {
            for (var pause = FirstPause; ; pause = pause < MaxPause ? pause * 2 : MaxPause)
            {
                var (embedding, pending) = await cache.Redis.PeekAsync(miss.Key, Dimension, cancellationToken);
                Take(miss, embedding);
                if (embedding is not null || !pending || cache.Clock.GetUtcNow() >= until)
                {
                    break;
                }

                await Task.Delay(pause, cache.Clock, cancellationToken);
            }
        }
    }

    private async Task EmbedAsync(CacheMiss[] misses)
    {
        if (misses.Length == 0)
        {
            return;
        }

        cache.Metrics.Misses(misses.Length);
        var embeddings = await CallModelAsync(misses);
        for (var i = 0; i < misses.Length; i++)
        {
            misses[i].Found = embeddings[i];
        }

        if (cache.Keeps(options.Lane))
        {
            foreach (var miss in misses)
            {
                cache.Local.Add(miss.Key, miss.Found!);
            }

            if (cache.Redis.IsAvailable)
            {
                cache.Redis.Write(misses.Select(miss => (miss.Key, miss.Found!)));
            }
        }
    }

    // An exception's index counts the misses; the caller needs the index in its request.
    private async Task<IReadOnlyList<TextEmbedding>> CallModelAsync(CacheMiss[] misses)
    {
        try
        {
            return await inner.EmbedAsync(Array.ConvertAll(misses, miss => miss.Text), options, cancellationToken);
        }
        catch (TextTooLongException tooLong)
        {
            throw new TextTooLongException(misses[tooLong.Index].Indexes[0], tooLong.Tokens, tooLong.Limit);
        }
        catch (NoTokensException empty)
        {
            throw new NoTokensException(misses[empty.Index].Indexes[0]);
        }
    }

    private void Take(CacheMiss miss, TextEmbedding? embedding)
    {
        miss.Found = embedding;
        if (embedding is not null)
        {
            cache.Local.Add(miss.Key, embedding);
        }
    }

    private async Task<TextEmbedding?> WaitAsync(Task<TextEmbedding?> completion)
    {
        if (options.Deadline is not { } deadline)
        {
            return await completion.WaitAsync(cancellationToken);
        }

        try
        {
            var left = deadline - cache.Clock.GetUtcNow();
            return await completion.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cache.Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new DeadlineExceededException();
        }
    }
}
