using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.SearchApi.Tests;

/// <summary>A Redis that is not there when the service starts, comes, goes and comes back.</summary>
public sealed class RedisAtStartTests(Platform platform)
{
    private static readonly object Search = new { query = "same words", mode = "lexical" };

    [Fact]
    public async Task A_service_starts_and_searches_without_Redis_and_uses_it_whenever_it_is_available()
    {
        await using var models = await ModelServer.StartAsync();
        await using var redis = new NativeRedis();
        await using var api = await Api.StartAsync(await platform.NewDatabaseAsync(), redis.ConnectionString, models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", new { id = "a", text = "same words" });
        Assert.Equal(["a"], await FoundAsync());

        await redis.StartAsync();
        await Eventually.TrueAsync(IsCachedAsync, "answers are kept in the Redis that came");
        await redis.StopAsync();
        Assert.Equal(["a"], await FoundAsync());
        Assert.False(await IsCachedAsync());
        await redis.StartAsync();
        await Eventually.TrueAsync(IsCachedAsync, "answers are kept in the Redis that came back");

        async Task<IEnumerable<string>> FoundAsync() => (await api.SearchAsync("c", Search)).Results.Select(hit => hit.Id);

        async Task<bool> IsCachedAsync() => (await api.SearchAsync("c", Search)).Metadata.Cached;
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost:6379,unknownOption=3")]
    [InlineData("password=only")]
    public async Task A_service_without_a_valid_connection_string_searches_and_has_nothing_to_remove(string connection)
    {
        await using var models = await ModelServer.StartAsync();
        await using var api = await Api.StartAsync(await platform.NewDatabaseAsync(), connection, models);
        await api.CreateAsync("c", new { language = "simple" });
        await api.UpsertAsync("c", new { id = "a", text = "same words" });
        await api.EmbeddedAsync("c");

        var found = await api.SearchAsync("c", new { query = "same words" });
        using var flushed = await api.Http.DeleteAsync(new Uri("/api/v1/caches", UriKind.Relative));

        Assert.Equal(["a"], found.Results.Select(hit => hit.Id));
        Assert.Equal("""{"removed":0}""", await flushed.Content.ReadAsStringAsync());
    }
}
