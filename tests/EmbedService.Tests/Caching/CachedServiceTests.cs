using System.Text.Json;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Caching;

/// <summary>The service with its cache, over HTTP.</summary>
public sealed class CachedServiceTests(RunningService service) : IClassFixture<RunningService>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ATextThatComesAgain_IsAnsweredAlike_AndCountedAsAHit()
    {
        var body = new { texts = new[] { "the same again", "and another" }, input_type = "query" };

        var first = await service.EmbedAsync(body, Cancellation);
        var before = await HitsAsync();
        var second = await service.EmbedAsync(body, Cancellation);

        Assert.Equal(first.GetProperty("embeddings").GetRawText(), second.GetProperty("embeddings").GetRawText());
        Assert.Equal(first.GetProperty("inputs").GetRawText(), second.GetProperty("inputs").GetRawText());
        Assert.True(await HitsAsync() >= before + 2);
    }

    // The services of other tests run in this process too, so the number only ever grows.
    private async Task<double> HitsAsync()
    {
        const string Name = "embedplatform_embedding_cache_hits_total{tier=\"l1\"} ";
        var lines = (await service.Http.GetStringAsync("metrics", Cancellation)).Split('\n');
        var line = lines.FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        return line is null ? 0 : JsonSerializer.Deserialize<double>(line[Name.Length..]);
    }
}
