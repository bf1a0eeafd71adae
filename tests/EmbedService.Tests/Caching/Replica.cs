using EmbedPlatform.EmbedService.Caching;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.LoadBalancing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace EmbedPlatform.EmbedService.Tests.Caching;

/// <summary>The cache and the model of one process.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly CacheMetrics _metrics;
    private readonly CacheCounts _counts;
    private readonly IConnectionMultiplexer? _redis;

    private Replica(IEmbeddingModel model, EmbeddingCacheOptions settings, IConnectionMultiplexer? redis, TimeProvider clock)
    {
        Engine = new ObservedModel(model);
        _redis = redis;
        var options = Options.Create(settings);
        Connection = new RedisConnection(redis is null ? null : () => redis);
        Local = new LocalCache(settings.LocalBytes, settings.TimeToLive, clock);
        _metrics = new CacheMetrics(() => Local.Bytes);
        var shared = new RedisCache(Connection, options, _metrics, TimeProvider.System, NullLogger<RedisCache>.Instance);
        Model = new CachingEmbeddingModel(
            Engine,
            new EmbeddingCache(Local, shared, new InFlightEmbeddings(), _metrics, options, TimeProvider.System)
        );
        _counts = new CacheCounts(_metrics);
    }

    public ObservedModel Engine { get; }

    public CachingEmbeddingModel Model { get; }

    public LocalCache Local { get; }

    private RedisConnection Connection { get; }

    public static async Task<Replica> StartAsync(
        IEmbeddingModel model,
        string? redis = null,
        Action<EmbeddingCacheOptions>? configure = null,
        TimeProvider? clock = null
    )
    {
        // Long for a busy machine; tests of a Redis that does not answer set their own.
        var options = new EmbeddingCacheOptions
        {
            Timeout = TimeSpan.FromSeconds(5),
            BreakDuration = TimeSpan.FromMinutes(1),
            WaitForReplica = TimeSpan.FromSeconds(20),
        };
        configure?.Invoke(options);
        var connection = redis is null
            ? null
            : await ConnectionMultiplexer.ConnectAsync($"{redis},abortConnect=false,allowAdmin=true,connectRetry=1");
        var replica = new Replica(model, options, connection, clock ?? TimeProvider.System);
        await replica.Connection.ConnectedAsync(default);
        return replica;
    }

    /// <summary>What a counter says, such as <c>hits/l2</c>.</summary>
    public long Counted(string what) => _counts[what];

    public async Task<TextEmbedding> EmbedAsync(string text, EmbedOptions? options = null) => (await EmbedAsync([text], options))[0];

    public Task<IReadOnlyList<TextEmbedding>> EmbedAsync(string[] texts, EmbedOptions? options = null) =>
        Model.EmbedAsync(texts, options ?? new EmbedOptions(), Xunit.TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _counts.Dispose();
        _metrics.Dispose();
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }
}
