using EmbedPlatform.EmbedService.Tests.Formats;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>A request with one text, which may run on several cores, beside requests with many.</summary>
public sealed class LoneTextTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("150")]
    [InlineData("0")]
    public async Task A_text_has_the_same_embedding_alone_and_among_others(string loneMegabytes)
    {
        await using var service = new EmbedFixture(
            ("EmbeddingCache:Enabled", "false"),
            ("Inference:LatencySessionMegabytes", loneMegabytes),
            ("Inference:Workers", "2")
        );
        await service.InitializeAsync();
        var texts = Enumerable.Range(1, 60).Select(words => Wire.Words(words)).ToArray();

        var together = (await service.AskAsync(new { texts }, Token)).GetProperty("embeddings");

        for (var i = 0; i < texts.Length; i++)
        {
            var alone = await service.AskAsync(new { texts = new[] { texts[i] } }, Token);
            Assert.Equal(together[i].GetRawText(), alone.GetProperty("embeddings")[0].GetRawText());
        }
    }
}
