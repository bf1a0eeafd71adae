using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Caching;

/// <summary>A Redis that is not there when the service starts.</summary>
public sealed class RedisAtStartTests(CacheFixture fixture) : IClassFixture<CacheFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_starts_and_embeds_without_Redis_and_uses_it_when_it_comes()
    {
        Assert.Equal("use-lite", fixture.Engine.Model.Id);
        await using var redis = new NativeRedis();
        await using var service = await ServiceProcess.StartAsync(
            typeof(Program),
            "--Inference:Model=use-lite",
            "--EmbeddingCache:LocalBytes=0",
            $"--ConnectionStrings:cache={redis.ConnectionString}"
        );
        await EmbedAsync();

        await redis.StartAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                await EmbedAsync();
                var metrics = await service.Http.GetStringAsync("metrics", Cancellation);
                return metrics.Contains("embedplatform_embedding_cache_hits_total{tier=\"l2\"}", StringComparison.Ordinal);
            },
            "Redis is used"
        );

        async Task EmbedAsync()
        {
            using var answer = await service.Http.PostAsync(
                "embed",
                new StringContent("""{"inputs":["the same again"]}""", System.Text.Encoding.UTF8, "application/json"),
                Cancellation
            );
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        }
    }
}
