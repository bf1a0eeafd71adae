using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Storage;
using StackExchange.Redis;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>Removes the platform's values from Redis, and no others.</summary>
internal sealed class CacheFlusher(CacheConnection cache)
{
    private const string Mine = "embedplatform:*";
    private const int PageSize = 500;

    /// <summary>Removes the values; returns their number, 0 if no Redis is configured.</summary>
    /// <exception cref="ApiException">503: Redis does not respond.</exception>
    public async Task<long> FlushAsync(CancellationToken cancellationToken)
    {
        if (cache.Redis is not { } redis)
        {
            return 0;
        }

        try
        {
            var database = redis.GetDatabase();
            var removed = 0L;
            foreach (var server in redis.GetEndPoints().Select(address => redis.GetServer(address)).Where(server => server.IsConnected))
            {
                await foreach (
                    var page in server.KeysAsync(database.Database, Mine, PageSize).Chunk(PageSize).WithCancellation(cancellationToken)
                )
                {
                    removed += await database.KeyDeleteAsync(page);
                }
            }

            return redis.IsConnected ? removed : throw ApiException.Unavailable("Redis does not respond, so nothing was removed.", null);
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            throw ApiException.Unavailable("Redis does not respond, so nothing was removed.", null);
        }
    }
}
