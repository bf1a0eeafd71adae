namespace EmbedPlatform.TestKit;

/// <summary>A Redis server of the test's own, on a free port; it starts empty each time.</summary>
public sealed class NativeRedis() : NativeServer("redis.sh")
{
    /// <summary>The connection string, as StackExchange.Redis reads it.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";
}
