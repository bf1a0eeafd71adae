using EmbedPlatform.Inference.Execution;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>
/// Embeddings in Redis, which all replicas share. Whatever Redis does, callers go on: a call that is not answered in time is as if nothing were
/// there, and then Redis is left alone for a while.
/// </summary>
internal sealed class SharedCache(RedisConnection redis, IOptions<EmbeddingCacheOptions> options, CacheMetrics metrics, TimeProvider clock, ILogger<SharedCache> log)
{
    private const int MostKeys = 256;
    private const string LockSuffix = ":lock";

    private long _restUntil = long.MinValue;

    /// <summary>Whether Redis can be asked now.</summary>
    public bool IsThere => redis.Database is not null && clock.GetTimestamp() >= Interlocked.Read(ref _restUntil);

    /// <summary>What Redis has of some keys.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="dimension">The length of their vectors.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>One entry per key; null where there is none that can be believed.</returns>
    public async Task<TextEmbedding?[]> ReadAsync(IReadOnlyList<CacheKey> keys, int dimension, CancellationToken cancellationToken)
    {
        var found = new TextEmbedding?[keys.Count];
        for (var start = 0; start < keys.Count && IsThere; start += MostKeys)
        {
            var names = keys.Skip(start).Take(MostKeys).Select(key => key.ToString()).ToArray();
            var values = await AskAsync(database => database.StringGetAsync(Array.ConvertAll(names, name => (RedisKey)name)), cancellationToken);
            for (var i = 0; i < values?.Length; i++)
            {
                found[start + i] = Believed(names[i], dimension, values[i]);
            }
        }

        return found;
    }

    /// <summary>Stores embeddings; nobody waits for it.</summary>
    public void Write(IEnumerable<(CacheKey Key, TextEmbedding Embedding)> embeddings)
    {
        var bytes = 0L;
        foreach (var (key, embedding) in embeddings)
        {
            var name = key.ToString();
            var value = CachedEmbedding.Encode(name, embedding);
            if (!Tell(database => database.StringSet(name, value, options.Value.TimeToLive, When.Always, CommandFlags.FireAndForget)))
            {
                break;
            }

            bytes += value.Length;
        }

        metrics.Written(bytes);
    }

    /// <summary>Says that this replica makes embeddings, for as long as others would wait for them; ends by itself where this replica dies.</summary>
    /// <returns>For each key whether this replica is the one, as it is where Redis does not answer.</returns>
    public async Task<bool[]> LockAsync(IReadOnlyList<CacheKey> keys, string holder, CancellationToken cancellationToken)
    {
        var taken = IsThere
            ? await AskAsync(
                database => Task.WhenAll(keys.Select(key => database.StringSetAsync(key + LockSuffix, holder, options.Value.WaitForReplica, When.NotExists))),
                cancellationToken)
            : null;
        return taken ?? [.. keys.Select(_ => true)];
    }

    /// <summary>What became of an embedding that another replica makes.</summary>
    /// <returns>The embedding, or whether the other is still at it.</returns>
    public async Task<(TextEmbedding? Embedding, bool Pending)> PeekAsync(CacheKey key, int dimension, CancellationToken cancellationToken)
    {
        var name = key.ToString();
        var values = IsThere ? await AskAsync(database => database.StringGetAsync([name, name + LockSuffix]), cancellationToken) : null;
        return values is null ? (null, false) : (Believed(name, dimension, values[0]), !values[1].IsNull);
    }

    /// <summary>Takes back what <see cref="LockAsync"/> said, where it still is this replica's word.</summary>
    public void Unlock(IEnumerable<CacheKey> keys, string holder)
    {
        foreach (var key in keys)
        {
            Tell(database => database.LockRelease(key + LockSuffix, holder, CommandFlags.FireAndForget));
        }
    }

    private TextEmbedding? Believed(string name, int dimension, RedisValue value)
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
            metrics.Lied();
            log.LogWarning("Redis holds a value for an embedding that is not one; it is made again");
        }

        return embedding;
    }

    private async Task<T?> AskAsync<T>(Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        Task<T>? answer = null;
        try
        {
            if (redis.Database is not { } database)
            {
                return null;
            }

            answer = ask(database);
            return await answer.WaitAsync(options.Value.Patience, clock, cancellationToken);
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException or InvalidCastException)
        {
            // What comes too late still has to be looked at, or it counts as an exception that nobody saw.
            _ = answer?.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            Rest(failure);
            return null;
        }
    }

    private bool Tell(Action<IDatabase> tell)
    {
        try
        {
            if (!IsThere || redis.Database is not { } database)
            {
                return false;
            }

            tell(database);
            return true;
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            Rest(failure);
            return false;
        }
    }

    private void Rest(Exception failure)
    {
        metrics.Failed(failure is TimeoutException ? "timeout" : failure is RedisConnectionException ? "away" : "error");
        log.LogDebug("The embedding cache does not answer: {Reason}", failure.Message);
        Interlocked.Exchange(ref _restUntil, clock.GetTimestamp() + (long)(options.Value.Rest.TotalSeconds * clock.TimestampFrequency));
    }
}
