using StackExchange.Redis;

namespace EmbedPlatform.SearchApi.Storage;

/// <summary>The Redis of the caches. The service works without it, only slower.</summary>
/// <param name="redis">Null if <c>ConnectionStrings:cache</c> is absent or invalid.</param>
internal sealed class CacheConnection(IConnectionMultiplexer? redis)
{
    private const string Name = "cache";

    /// <summary>The multiplexer; null if none is configured.</summary>
    public IConnectionMultiplexer? Redis => redis;

    /// <summary>The database; null while Redis does not respond.</summary>
    public IDatabase? Database => redis is { IsConnected: true } ? redis.GetDatabase() : null;

    public static void Add(WebApplicationBuilder builder)
    {
        if (Fault(builder.Configuration) is not null)
        {
            builder.Services.AddSingleton(new CacheConnection(null));
            return;
        }

        // Detecting an unreachable Redis takes seconds, which the start can afford and the first request cannot.
        builder.AddRedisClient(
            Name,
            settings => (settings.DisableHealthChecks, settings.DisableAutoActivation) = (true, false),
            redis => redis.AbortOnConnectFail = false
        );
        builder.Services.AddSingleton(services => new CacheConnection(services.GetRequiredService<IConnectionMultiplexer>()));
    }

    /// <summary>Logs a warning if the service runs without Redis.</summary>
    public static void Report(WebApplication app)
    {
        if (Fault(app.Configuration) is { } fault)
        {
            app.Logger.LogWarning("Without Redis, results and query embeddings are not cached: {Reason}", fault);
        }
    }

    private static string? Fault(IConfiguration configuration)
    {
        var connection = configuration.GetConnectionString(Name);
        if (string.IsNullOrWhiteSpace(connection))
        {
            return $"ConnectionStrings:{Name} is not set";
        }

        try
        {
            return ConfigurationOptions.Parse(connection).EndPoints.Count > 0 ? null : $"ConnectionStrings:{Name} has no address";
        }
        catch (ArgumentException invalid)
        {
            return $"ConnectionStrings:{Name} is invalid: {invalid.Message}";
        }
    }
}
