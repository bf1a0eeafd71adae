using EmbedPlatform.EmbedService.Caching;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Caching;

/// <summary>The service with its cache, over HTTP.</summary>
public sealed class CachedServiceTests(EmbedFixture service) : IClassFixture<EmbedFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repeated_text_gets_the_same_answer_and_counts_as_a_hit()
    {
        var body = new { texts = new[] { "the same again", "and another" }, input_type = "query" };
        using var counts = new CacheCounts(service.Services.GetRequiredService<CacheMetrics>());

        var first = await service.AskAsync(body, Cancellation);
        Assert.Equal((2, 0), (counts["misses"], counts["hits/l1"]));
        var second = await service.AskAsync(body, Cancellation);

        Assert.Equal(first.GetProperty("embeddings").GetRawText(), second.GetProperty("embeddings").GetRawText());
        Assert.Equal(first.GetProperty("inputs").GetRawText(), second.GetProperty("inputs").GetRawText());
        Assert.Equal((2, 2), (counts["misses"], counts["hits/l1"]));
        Assert.Contains(
            "embedplatform_embedding_cache_hits_total{tier=\"l1\"} ",
            await service.Http.GetStringAsync("metrics", Cancellation)
        );
    }
}
