using StackExchange.Redis;

namespace EmbedPlatform.EmbedService.Caching;

/// <summary>
/// The connection to Redis, if one is configured. Connecting runs in the background: it takes seconds to find that Redis is down.
/// </summary>
internal sealed class RedisConnection
{
    private readonly Task<IConnectionMultiplexer>? _connecting;

    public RedisConnection(Func<IConnectionMultiplexer>? connect) => _connecting = connect is null ? null : Task.Run(connect);

    /// <summary>Null without a connection.</summary>
    public IDatabase? Database =>
        _connecting is { IsCompletedSuccessfully: true } connected && connected.Result.IsConnected ? connected.Result.GetDatabase() : null;

    /// <summary>Waits for the first attempt to connect.</summary>
    public async Task ConnectedAsync(CancellationToken cancellationToken)
    {
        if (_connecting is not null)
        {
            await ((Task)_connecting.WaitAsync(cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
