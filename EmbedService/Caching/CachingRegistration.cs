using EmbedPlatform.Inference.Execution;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>Registers the cache of embeddings.</summary>
internal static class CachingRegistration
{
    private const string ConnectionName = "cache";

    /// <summary>Adds the cache; without <c>ConnectionStrings:cache</c> it is this process's alone.</summary>
    public static WebApplicationBuilder AddEmbeddingCache(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<EmbeddingCacheOptions>().BindConfiguration(EmbeddingCacheOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        var isShared = !string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString(ConnectionName));
        if (isShared)
        {
            // Without Redis the service works, only slower.
            builder.AddRedisClient(ConnectionName, settings => settings.DisableHealthChecks = true, redis => redis.AbortOnConnectFail = false);
        }

        services.AddSingleton(provider => new RedisConnection(isShared ? provider.GetRequiredService<IConnectionMultiplexer> : null));
        services.AddSingleton(provider => new LocalCache(OptionsOf(provider).LocalBytes, OptionsOf(provider).TimeToLive, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new CacheMetrics(() => provider.GetRequiredService<LocalCache>().Bytes));
        services.AddSingleton<SharedCache>().AddSingleton<Flights>().AddSingleton<EmbeddingCache>();
        return builder;
    }

    /// <summary>Puts the cache before a model; the model itself where the cache is switched off.</summary>
    public static IEmbeddingModel WithCache(this IEmbeddingModel model, IServiceProvider services) =>
        OptionsOf(services).Enabled ? new CachingEmbeddingModel(model, services.GetRequiredService<EmbeddingCache>()) : model;

    private static EmbeddingCacheOptions OptionsOf(IServiceProvider services) => services.GetRequiredService<IOptions<EmbeddingCacheOptions>>().Value;
}
