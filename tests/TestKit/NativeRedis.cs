using Xunit;

namespace EmbedPlatform.TestKit;

/// <summary>A Redis server of the test's own, on a free port.</summary>
public sealed class NativeRedis : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("embedplatform-redis-").FullName;
    private readonly int _port = FreePort.Next();
    private GuardedProcess? _server;

    /// <summary>The connection string, as StackExchange.Redis reads it.</summary>
    public string ConnectionString => $"127.0.0.1:{_port}";

    /// <summary>Starts the server and returns when it accepts connections.</summary>
    public async ValueTask InitializeAsync() => await StartAsync();

    /// <summary>Starts the server, empty, on the same port.</summary>
    public async Task StartAsync()
    {
        _server = GuardedProcess.Start(Repository.PathOf("eng", "native", "redis.sh"), "--data", _folder, "--port", $"{_port}");
        await Listening.WaitAsync(_port, _server);
    }

    /// <summary>Stops the server.</summary>
    public async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            _server = null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
