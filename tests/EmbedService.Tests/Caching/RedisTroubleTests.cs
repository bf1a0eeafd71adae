using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.LoadBalancing;
using EmbedPlatform.TestKit;
using StackExchange.Redis;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Caching;

/// <summary>Redis lies, sleeps or is gone: requests go on with the right vectors.</summary>
public sealed class RedisTroubleTests(CacheFixture fixture) : IClassFixture<CacheFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, Func<byte[], byte[]>> Lies =>
        new()
        {
            { "nothing", _ => [] },
            { "a text", _ => "garbage"u8.ToArray() },
            { "too short", value => value[..^4] },
            { "too long", value => [.. value, 0, 0, 0, 0] },
            { "a flipped bit in the vector", value => Flip(value, value.Length - 1) },
            { "a flipped bit in the tokens", value => Flip(value, 10) },
            { "a flipped bit in the seal", value => Flip(value, 0) },
            { "all zeros", value => new byte[value.Length] },
        };

    [Theory]
    [MemberData(nameof(Lies), DisableDiscoveryEnumeration = true)]
    public async Task A_corrupt_value_is_rejected_and_computed_again(string what, Func<byte[], byte[]> lie)
    {
        await using var writer = await fixture.ReplicaAsync();
        await using var reader = await fixture.ReplicaAsync();
        var text = CachingEmbeddingModelTests.NewText();
        var key = CachingEmbeddingModelTests.KeyOf(writer, text, new EmbedOptions());
        var computed = await writer.EmbedAsync(text);
        var value = await ValueOfAsync(key, stored => stored.HasValue);
        await fixture.Database.StringSetAsync(key, lie(value!));

        var result = await reader.EmbedAsync(text);

        CachingEmbeddingModelTests.AssertSame(computed, result);
        Assert.True(reader.Counted("invalid_values") == 1, what);
        Assert.Equal(value, await ValueOfAsync(key, stored => stored == (RedisValue)value));
    }

    [Fact]
    public async Task The_value_of_another_text_is_rejected()
    {
        await using var writer = await fixture.ReplicaAsync();
        await using var reader = await fixture.ReplicaAsync();
        var (one, other) = (CachingEmbeddingModelTests.NewText(), CachingEmbeddingModelTests.NewText());
        await writer.EmbedAsync(one);
        var value = await ValueOfAsync(CachingEmbeddingModelTests.KeyOf(writer, one, new EmbedOptions()), stored => stored.HasValue);
        await fixture.Database.StringSetAsync(CachingEmbeddingModelTests.KeyOf(writer, other, new EmbedOptions()), value!);

        var result = await reader.EmbedAsync(other);

        CachingEmbeddingModelTests.AssertSame((await fixture.Engine.EmbedAsync([other], new EmbedOptions(), Cancellation))[0], result);
        Assert.Equal(1, reader.Counted("invalid_values"));
    }

    [Fact]
    public async Task A_hanging_Redis_costs_one_request_its_timeout_and_the_next_nothing()
    {
        await using var replica = await fixture.ReplicaAsync(options => options.Timeout = TimeSpan.FromMilliseconds(50));
        await fixture.Redis.SignalAsync("STOP");
        try
        {
            await replica.EmbedAsync(CachingEmbeddingModelTests.NewText());
            await replica.EmbedAsync(CachingEmbeddingModelTests.NewText());

            Assert.Equal(2, replica.Engine.Calls.Count);
            Assert.Equal(1, replica.Counted("errors/timeout"));
        }
        finally
        {
            await fixture.Redis.SignalAsync("CONT");
        }
    }

    [Fact]
    public async Task Requests_do_without_a_killed_Redis_and_use_it_again_after_its_restart()
    {
        await using var redis = new NativeRedis();
        await redis.InitializeAsync();
        await using var replica = await Replica.StartAsync(
            fixture.Engine,
            redis.ConnectionString,
            options => (options.BreakDuration, options.LocalBytes) = (TimeSpan.Zero, 0)
        );
        var text = CachingEmbeddingModelTests.NewText();
        var computed = await replica.EmbedAsync(text);
        await redis.SignalAsync("KILL");
        await redis.StopAsync();

        CachingEmbeddingModelTests.AssertSame(computed, await replica.EmbedAsync(text));
        Assert.Equal(2, replica.Engine.Calls.Count);

        await redis.StartAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                CachingEmbeddingModelTests.AssertSame(computed, await replica.EmbedAsync(text));
                return replica.Counted("hits/l2") > 0;
            },
            "Redis is used again"
        );
    }

    [Fact]
    public async Task Requests_do_without_a_Redis_that_never_started()
    {
        await using var replica = await Replica.StartAsync(fixture.Engine, $"127.0.0.1:{FreePort.Next()}");
        var text = CachingEmbeddingModelTests.NewText();

        await replica.EmbedAsync(text);
        await replica.EmbedAsync(text);

        Assert.Single(replica.Engine.Calls);
    }

    private static byte[] Flip(byte[] value, int at)
    {
        var copy = value.ToArray();
        copy[at] ^= 0x10;
        return copy;
    }

    private async Task<byte[]?> ValueOfAsync(string key, Func<RedisValue, bool> isIt) =>
        await Eventually.BecomesAsync(() => fixture.Database.StringGetAsync(key), isIt, "the value is in Redis");
}
