using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.Configuration;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace EmbedPlatform.EmbedService.Caching;

internal static class CachingRegistration
{
    private const string ConnectionName = "cache";

    /// <summary>Without <c>ConnectionStrings:cache</c>, embeddings are kept in this process only.</summary>
    public static WebApplicationBuilder AddEmbeddingCache(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddPlatformOptions<EmbeddingCacheOptions>(
            EmbeddingCacheOptions.SectionName,
            new Dictionary<string, string>
            {
                ["Patience"] = nameof(EmbeddingCacheOptions.Timeout),
                ["Rest"] = nameof(EmbeddingCacheOptions.BreakDuration),
            }
        );
        var isShared = !string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString(ConnectionName));
        if (isShared)
        {
            // The service works without Redis, only slower.
            builder.AddRedisClient(
                ConnectionName,
                settings => settings.DisableHealthChecks = true,
                redis => redis.AbortOnConnectFail = false
            );
        }

        services.AddSingleton(provider => new RedisConnection(isShared ? provider.GetRequiredService<IConnectionMultiplexer> : null));
        services.AddSingleton(provider => new LocalCache(
            OptionsOf(provider).LocalBytes,
            OptionsOf(provider).TimeToLive,
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new CacheMetrics(() => provider.GetRequiredService<LocalCache>().Bytes));
        services.AddSingleton<RedisCache>().AddSingleton<InFlightEmbeddings>().AddSingleton<EmbeddingCache>();
        return builder;
    }

    /// <summary>Wraps a model with the cache, unless <c>EmbeddingCache:Enabled</c> is false.</summary>
    public static IEmbeddingModel WithCache(this IEmbeddingModel model, IServiceProvider services) =>
        OptionsOf(services).Enabled ? new CachingEmbeddingModel(model, services.GetRequiredService<EmbeddingCache>()) : model;

    private static EmbeddingCacheOptions OptionsOf(IServiceProvider services) =>
        services.GetRequiredService<IOptions<EmbeddingCacheOptions>>().Value;
}
