using EmbedPlatform.EmbedService.Caching;
using EmbedPlatform.Inference.Execution;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Caching;

public sealed class LocalCacheTests
{
    private const int MostBytes = 64 * 1024;

    [Fact]
    public void However_much_is_added_the_cache_stays_within_its_bytes_and_keeps_the_latest()
    {
        var cache = new LocalCache(MostBytes, TimeSpan.FromDays(1), TimeProvider.System);

        for (var i = 0; i < 10_000; i++)
        {
            cache.Add(Key(i), Embedding(i));
            Assert.InRange(cache.Bytes, 0, MostBytes);
        }

        Assert.Equal(9_999, cache.Find(Key(9_999))?.Tokens);
        Assert.Null(cache.Find(Key(0)));
    }

    [Fact]
    public void An_entry_in_use_outlives_unused_ones()
    {
        var cache = new LocalCache(MostBytes, TimeSpan.FromDays(1), TimeProvider.System);
        cache.Add(Key(-1), Embedding(-1));
        cache.Add(Key(-2), Embedding(-2));

        for (var i = 0; i < 1_000; i++)
        {
            cache.Add(Key(i), Embedding(i));
            Assert.NotNull(cache.Find(Key(-1)));
        }

        Assert.Null(cache.Find(Key(-2)));
    }

    [Fact]
    public void Expired_entries_are_not_returned()
    {
        var clock = new FakeTimeProvider();
        var cache = new LocalCache(MostBytes, TimeSpan.FromMinutes(1), clock);
        cache.Add(Key(1), Embedding(1));

        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.NotNull(cache.Find(Key(1)));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(cache.Find(Key(1)));
    }

    [Fact]
    public void A_cache_of_zero_bytes_stores_nothing()
    {
        var cache = new LocalCache(0, TimeSpan.FromDays(1), TimeProvider.System);

        cache.Add(Key(1), Embedding(1));

        Assert.Null(cache.Find(Key(1)));
    }

    [Fact]
    public async Task Concurrent_readers_find_the_value_of_their_key_or_nothing()
    {
        var cache = new LocalCache(MostBytes, TimeSpan.FromDays(1), TimeProvider.System);

        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(thread =>
                    Task.Run(() =>
                    {
                        for (var i = 0; i < 20_000; i++)
                        {
                            var number = (i * (thread + 1)) % 300;
                            var found = cache.Find(Key(number));
                            Assert.True(found is null || found.Tokens == number);
                            cache.Add(Key(number), Embedding(number));
                        }
                    })
                )
        );

        // Each thread may have put one in while another turned the generations.
        Assert.InRange(cache.Bytes, 0, MostBytes + (2 * 8 * 512));
    }

    private static CacheKey Key(int number) => CacheKey.From("space", "", $"text {number}");

    private static TextEmbedding Embedding(int number) => new(new float[64], number, false);
}
