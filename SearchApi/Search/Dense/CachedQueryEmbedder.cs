using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Tenants;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace EmbedPlatform.SearchApi.Search.Dense;

/// <summary>Caches query embeddings in Redis. A Redis failure is a cache miss.</summary>
internal sealed class CachedQueryEmbedder(
    QueryEmbedder inner,
    TenantContext tenant,
    CacheConnection cache,
    IOptions<SearchOptions> options,
    ILogger<CachedQueryEmbedder> log
) : IQueryEmbedder
{
    /// <inheritdoc/>
    public async Task<QueryVector> EmbedAsync(EmbeddingSpace space, string query, CancellationToken cancellationToken)
    {
        var key = CachedVector.Key(tenant.Tenant, space, query);
        if (await ReadAsync(key, cancellationToken) is { } value)
        {
            if (CachedVector.Decode(key, space.Dimension, value) is { } known)
            {
                SearchCacheMetrics.Query(hit: true);
                return known;
            }

            log.LogWarning("Redis holds an invalid query embedding; embedding again");
        }

        SearchCacheMetrics.Query(hit: false);
        var vector = await inner.EmbedAsync(space, query, cancellationToken);
        Store(key, CachedVector.Encode(key, vector));
        return vector;
    }

    private async Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return cache.Database is { } database
                ? (byte[]?)await database.StringGetAsync(key).WaitAsync(options.Value.CacheTimeout, cancellationToken)
                : null;
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            log.LogDebug("The query cache could not be read: {Reason}", failure.Message);
            return null;
        }
    }

    private void Store(string key, byte[] value)
    {
        try
        {
            cache.Database?.StringSet(key, value, options.Value.CacheTimeToLive, When.Always, CommandFlags.FireAndForget);
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            log.LogDebug("The query cache could not be written: {Reason}", failure.Message);
        }
    }
}
