using StackExchange.Redis;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>The connection to Redis, where one is configured; made beside the start, since a Redis that is away takes seconds to be known as such.</summary>
internal sealed class RedisConnection
{
    private readonly Task<IConnectionMultiplexer>? _connecting;

    public RedisConnection(Func<IConnectionMultiplexer>? connect) => _connecting = connect is null ? null : Task.Run(connect);

    /// <summary>The database; null where there is none, or not yet.</summary>
    public IDatabase? Database => _connecting is { IsCompletedSuccessfully: true } connected && connected.Result.IsConnected ? connected.Result.GetDatabase() : null;

    /// <summary>Waits until the first attempt to connect is over.</summary>
    public async Task ConnectedAsync(CancellationToken cancellationToken)
    {
        if (_connecting is not null)
        {
            await ((Task)_connecting.WaitAsync(cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
