using System.Security.Cryptography;
using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Search.Ranking;
using EmbedPlatform.SearchApi.Storage;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace EmbedPlatform.SearchApi.Search;

/// <summary>
/// Caches responses in Redis. A Redis failure is a cache miss. The key is a hash of tenant, collection, its version (with several
/// database hosts also the primary's timeline), the embedding space, the options, the normalised request and its fusion, never the
/// query's text; a value starts with 16 bytes of SHA-256 over key and content.
/// </summary>
internal sealed class ResultCache
{
    private const int Seal = 16;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly CacheConnection _cache;
    private readonly SearchOptions _options;
    private readonly ILogger<ResultCache> _log;
    private readonly string _settings;

    public ResultCache(CacheConnection cache, IOptions<SearchOptions> options, ILogger<ResultCache> log)
    {
        (_cache, _options, _log) = (cache, options.Value, log);
        _settings = JsonSerializer.Serialize(_options, Json);
    }

    /// <summary>Whether the response to a search can be cached; a paged search creates its own ranking.</summary>
    public bool CanCache(SearchPlan plan) => _options.ResultCacheTimeToLive > TimeSpan.Zero && plan is { Cache: true, Pages: false };

    /// <summary>The key of a search on the collection's version when its row was read.</summary>
    public string Key(CollectionRecord collection, SearchRequest normalised, FusionDecision? fusion)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(
            JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    collection.Tenant,
                    collection.Id,
                    Space = collection.Space.Id,
                    collection.Version,
                    collection.Timeline,
                    _settings,
                    normalised,
                    fusion,
                },
                Json
            )
        );
        return $"embedplatform:result:{collection.Id}:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    /// <summary>A cached response; null on a miss, a timeout of Redis or an invalid value.</summary>
    public async Task<SearchResponse?> FindAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var value = _cache.Database is { } database
                ? (byte[]?)await database.StringGetAsync(key).WaitAsync(_options.CacheTimeout, cancellationToken)
                : null;
            if (value is null)
            {
                return null;
            }

            if (value.Length > Seal && Sign(key, value.AsSpan(Seal)).AsSpan().SequenceEqual(value.AsSpan(0, Seal)))
            {
                return JsonSerializer.Deserialize<SearchResponse>(value.AsSpan(Seal), Json);
            }

            _log.LogWarning("Redis holds an invalid search result; searching again");
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException or JsonException)
        {
            _log.LogDebug("The result cache could not be read: {Reason}", failure.Message);
        }

        return null;
    }

    /// <summary>Caches a response, unless a step of it was skipped.</summary>
    public void Keep(string key, SearchResponse answer)
    {
        if (answer.Metadata.Degraded.Count > 0)
        {
            return;
        }

        try
        {
            if (_cache.Database is { } database)
            {
                var body = JsonSerializer.SerializeToUtf8Bytes(answer, Json);
                byte[] value = [.. Sign(key, body), .. body];
                database.StringSet(key, value, _options.ResultCacheTimeToLive, When.Always, CommandFlags.FireAndForget);
            }
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            _log.LogDebug("The result cache could not be written: {Reason}", failure.Message);
        }
    }

    private static byte[] Sign(string key, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(key));
        hash.AppendData(body);
        return hash.GetHashAndReset()[..Seal];
    }
}
