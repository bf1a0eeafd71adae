using EmbedPlatform.EmbedService.Caching;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Execution;
using EmbedPlatform.Inference.Installation;
using EmbedPlatform.Inference.Models;
using EmbedPlatform.ServiceDefaults.LoadBalancing;
using EmbedPlatform.TestKit;
using StackExchange.Redis;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Caching;

/// <summary>USE-lite and a Redis of the test's own.</summary>
public sealed class CacheFixture : IAsyncLifetime
{
    private ConnectionMultiplexer? _connection;

    public NativeRedis Redis { get; } = new();

    public IEmbeddingModel Engine { get; private set; } = null!;

    internal IDatabase Database => _connection!.GetDatabase();

    public async ValueTask InitializeAsync()
    {
        var options = new InferenceOptions();
        var store = ModelStore.Open(options);
        try
        {
            if (store.Find("use-lite") is null)
            {
                await store.PullAsync("use-lite", null, CancellationToken.None);
            }
        }
        catch (ModelException unavailable)
        {
            Assert.Skip($"needs use-lite: {unavailable.Message}");
        }

        Engine = EmbeddingModel.Load(store.Resolve(ModelTask.Embed, "use-lite"), options);
        await Redis.InitializeAsync();
        _connection = await ConnectionMultiplexer.ConnectAsync($"{Redis.ConnectionString},abortConnect=false");
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        if (Engine is not null)
        {
            await Redis.DisposeAsync();
            await Engine.DisposeAsync();
        }
    }

    internal Task<Replica> ReplicaAsync(Action<EmbeddingCacheOptions>? configure = null) =>
        Replica.StartAsync(Engine, Redis.ConnectionString, configure);
}
