using EmbedPlatform.Inference.Execution;
using EmbedPlatform.ServiceDefaults.LoadBalancing;
using EmbedPlatform.TestKit;
using StackExchange.Redis;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Caching;

/// <summary>A text that many ask for at the same time is embedded once.</summary>
public sealed class SingleFlightTests(CacheFixture fixture) : IClassFixture<CacheFixture>
{
    private readonly string _text = CachingEmbeddingModelTests.NewText();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Concurrent_requests_of_one_process_share_one_computation()
    {
        await using var replica = await fixture.ReplicaAsync();
        replica.Engine.Hold();
        var requests = Enumerable.Range(0, 8).Select(_ => replica.EmbedAsync(_text)).ToArray();
        await replica.Engine.CalledAsync(1, Cancellation);

        replica.Engine.Release();
        var results = await Task.WhenAll(requests);

        Assert.All(results, result => CachingEmbeddingModelTests.AssertSame(results[0], result));
        Assert.Single(replica.Engine.Calls);
    }

    [Fact]
    public async Task A_second_replica_gets_the_embedding_that_the_first_computes()
    {
        await using var one = await fixture.ReplicaAsync();
        await using var other = await fixture.ReplicaAsync();
        one.Engine.Hold();
        var first = one.EmbedAsync(_text);
        await one.Engine.CalledAsync(1, Cancellation);
        var second = other.EmbedAsync(_text);
        await Task.Delay(50, Cancellation);

        one.Engine.Release();
        CachingEmbeddingModelTests.AssertSame(await first, await second);

        Assert.Empty(other.Engine.Calls);
        Assert.Equal(1, other.Counted("joined/replicas"));
    }

    [Fact]
    public async Task A_replica_that_dies_while_computing_is_waited_for_no_longer_than_the_option_allows()
    {
        await using var replica = await fixture.ReplicaAsync(options => options.WaitForReplica = TimeSpan.FromMilliseconds(200));
        await fixture.Database.StringSetAsync(LockOf(replica), "a replica that is dead", TimeSpan.FromHours(1));

        await replica.EmbedAsync(_text);

        Assert.Single(replica.Engine.Calls);
    }

    [Fact]
    public async Task A_replica_that_fails_is_not_waited_for()
    {
        await using var replica = await fixture.ReplicaAsync(options => options.WaitForReplica = TimeSpan.FromMinutes(10));
        await fixture.Database.StringSetAsync(LockOf(replica), "a replica that fails", TimeSpan.FromHours(1));
        var request = replica.EmbedAsync(_text);
        await Task.Delay(50, Cancellation);
        Assert.False(request.IsCompleted);

        await fixture.Database.KeyDeleteAsync(LockOf(replica));
        await request;

        Assert.Single(replica.Engine.Calls);
    }

    [Fact]
    public async Task A_replica_releases_its_own_lock_but_not_that_of_another()
    {
        await using var replica = await fixture.ReplicaAsync();
        replica.Engine.Hold();
        var request = replica.EmbedAsync(_text);
        await replica.Engine.CalledAsync(1, Cancellation);
        await fixture.Database.StringSetAsync(LockOf(replica), "another that took over");
        replica.Engine.Release();
        await request;
        var fresh = CachingEmbeddingModelTests.NewText();
        await replica.EmbedAsync(fresh);

        await Eventually.TrueAsync(async () => !await fixture.Database.KeyExistsAsync(LockOf(replica, fresh)), "its lock is released");
        Assert.Equal("another that took over", (string?)await fixture.Database.StringGetAsync(LockOf(replica)));
    }

    [Fact]
    public async Task The_others_compute_an_embedding_that_the_first_gives_up()
    {
        await using var replica = await fixture.ReplicaAsync();
        using var leaving = new CancellationTokenSource();
        replica.Engine.Hold();
        var first = replica.Model.EmbedAsync([_text], new EmbedOptions(), leaving.Token);
        await replica.Engine.CalledAsync(1, Cancellation);
        var second = replica.EmbedAsync(_text);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await replica.Engine.CalledAsync(2, Cancellation);
        replica.Engine.Release();

        Assert.NotEmpty((await second).Vector);
    }

    [Fact]
    public async Task An_interactive_request_does_not_wait_for_bulk_work()
    {
        await using var replica = await fixture.ReplicaAsync();
        replica.Engine.Hold();
        var indexing = replica.EmbedAsync(_text, new EmbedOptions { Lane = Lane.Bulk });
        await replica.Engine.CalledAsync(1, Cancellation);

        var asking = replica.EmbedAsync(_text);
        await replica.Engine.CalledAsync(2, Cancellation);
        replica.Engine.Release();

        CachingEmbeddingModelTests.AssertSame(await indexing, await asking);
    }

    [Fact]
    public async Task A_request_that_waits_for_another_keeps_its_own_deadline()
    {
        await using var replica = await fixture.ReplicaAsync();
        replica.Engine.Hold();
        var first = replica.EmbedAsync(_text);
        await replica.Engine.CalledAsync(1, Cancellation);

        await Assert.ThrowsAsync<DeadlineExceededException>(() =>
            replica.EmbedAsync(_text, new EmbedOptions { Deadline = DateTimeOffset.UtcNow.AddMilliseconds(50) })
        );

        replica.Engine.Release();
        await first;
        Assert.Single(replica.Engine.Calls);
    }

    private RedisKey LockOf(Replica replica, string? text = null) =>
        CachingEmbeddingModelTests.KeyOf(replica, text ?? _text, new EmbedOptions()) + ":lock";
}
