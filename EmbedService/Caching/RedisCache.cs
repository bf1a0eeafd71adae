using EmbedPlatform.Inference.Execution;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>
/// Embeddings in Redis, shared by all replicas. A call that fails or times out counts as a miss, and Redis is then skipped for a moment:
/// callers never fail because of it.
/// </summary>
internal sealed class RedisCache(
    RedisConnection redis,
    IOptions<EmbeddingCacheOptions> options,
    CacheMetrics metrics,
    TimeProvider clock,
    ILogger<RedisCache> log
)
{
    private const int MaxKeysPerCall = 256;
    private const string LockSuffix = ":lock";

    private long _skipUntil = long.MinValue;

    public bool IsAvailable => redis.Database is not null && clock.GetTimestamp() >= Interlocked.Read(ref _skipUntil);

    /// <returns>One entry per key; null for a missing or invalid value.</returns>
    public async Task<TextEmbedding?[]> ReadAsync(IReadOnlyList<CacheKey> keys, int dimension, CancellationToken cancellationToken)
    {
        var found = new TextEmbedding?[keys.Count];
        for (var start = 0; start < keys.Count && IsAvailable; start += MaxKeysPerCall)
        {
            var names = keys.Skip(start).Take(MaxKeysPerCall).Select(key => key.ToString()).ToArray();
            var values = await QueryAsync(
                database => database.StringGetAsync(Array.ConvertAll(names, name => (RedisKey)name)),
                cancellationToken
            );
            for (var i = 0; i < values?.Length; i++)
            {
                found[start + i] = TryDecode(names[i], dimension, values[i]);
            }
        }

        return found;
    }

    /// <summary>Stores embeddings without waiting for Redis.</summary>
    public void Write(IEnumerable<(CacheKey Key, TextEmbedding Embedding)> embeddings)
    {
        var bytes = 0L;
        foreach (var (key, embedding) in embeddings)
        {
            var name = key.ToString();
            var value = CachedEmbedding.Encode(name, embedding);
            if (
                !FireAndForget(database =>
                    database.StringSet(name, value, options.Value.TimeToLive, When.Always, CommandFlags.FireAndForget)
                )
            )
            {
                break;
            }

            bytes += value.Length;
        }

        metrics.Written(bytes);
    }

    /// <summary>Claims embeddings for this replica, for as long as others would wait. The claim of a dead replica expires.</summary>
    /// <returns>For each key whether this replica computes the embedding; true for all if Redis does not answer.</returns>
    public async Task<bool[]> LockAsync(IReadOnlyList<CacheKey> keys, string holder, CancellationToken cancellationToken)
    {
        var expiry = options.Value.WaitForReplica;
        var taken = IsAvailable
            ? await QueryAsync(
                database => Task.WhenAll(keys.Select(key => database.StringSetAsync(key + LockSuffix, holder, expiry, When.NotExists))),
                cancellationToken
            )
            : null;
        return taken ?? [.. keys.Select(_ => true)];
    }

    /// <summary>Looks for an embedding that another replica is computing.</summary>
    /// <returns>The embedding, or whether the other replica still holds the lock.</returns>
    public async Task<(TextEmbedding? Embedding, bool Pending)> PeekAsync(CacheKey key, int dimension, CancellationToken cancellationToken)
    {
        var name = key.ToString();
        var values = IsAvailable
            ? await QueryAsync(database => database.StringGetAsync([name, name + LockSuffix]), cancellationToken)
            : null;
        return values is null ? (null, false) : (TryDecode(name, dimension, values[0]), !values[1].IsNull);
    }

    /// <summary>Releases the locks that <paramref name="holder"/> still holds.</summary>
    public void Unlock(IEnumerable<CacheKey> keys, string holder)
    {
        foreach (var key in keys)
        {
            FireAndForget(database => database.LockRelease(key + LockSuffix, holder, CommandFlags.FireAndForget));
        }
    }

    private TextEmbedding? TryDecode(string name, int dimension, RedisValue value)
    {
        if (value.IsNull)
        {
            return null;
        }

        var bytes = (byte[])value!;
        metrics.Read(bytes.Length);
        var embedding = CachedEmbedding.Decode(name, dimension, bytes);
        if (embedding is null)
        {
            metrics.InvalidValue();
            log.LogWarning("Redis returned an invalid embedding. It will be computed again.");
        }

        return embedding;
    }

    private async Task<T?> QueryAsync<T>(Func<IDatabase, Task<T>> query, CancellationToken cancellationToken)
        where T : class
    {
        Task<T>? answer = null;
        try
        {
            if (redis.Database is not { } database)
            {
                return null;
            }

            answer = query(database);
            return await answer.WaitAsync(options.Value.Timeout, clock, cancellationToken);
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException or InvalidCastException)
        {
            // Observe the exception of a late answer, or it is reported as unobserved.
            _ = answer?.ContinueWith(
                late => late.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default
            );
            Skip(failure);
            return null;
        }
    }

    private bool FireAndForget(Action<IDatabase> command)
    {
        try
        {
            if (!IsAvailable || redis.Database is not { } database)
            {
                return false;
            }

            command(database);
            return true;
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            Skip(failure);
            return false;
        }
    }

    private void Skip(Exception failure)
    {
        metrics.Failed(
            failure is TimeoutException ? "timeout"
            : failure is RedisConnectionException ? "away"
            : "error"
        );
        log.LogDebug("Redis does not answer: {Reason}", failure.Message);
        Interlocked.Exchange(
            ref _skipUntil,
            clock.GetTimestamp() + (long)(options.Value.BreakDuration.TotalSeconds * clock.TimestampFrequency)
        );
    }
}
