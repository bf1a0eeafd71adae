using System.Text.Json;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

public sealed class GoldenTests(EmbedFixture service) : IClassFixture<EmbedFixture>
{
    private const double Tolerance = 1e-4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_text_gets_its_golden_embedding()
    {
        var golden = Golden()[0];

        var answer = await service.AskAsync(new { text = golden.Text }, Token);

        AssertClose(golden.Embedding, answer.GetProperty("embedding"));
        Assert.Equal(512, answer.GetProperty("dimension").GetInt32());
        Assert.Equal("use-lite", answer.GetProperty("model").GetString());
        Assert.True(answer.GetProperty("latency_ms").GetDouble() >= 0);
        Assert.False(answer.TryGetProperty("embeddings", out _));
    }

    [Theory]
    [InlineData("interactive")]
    [InlineData("bulk")]
    public async Task Many_texts_get_their_golden_embeddings_in_order(string priority)
    {
        var golden = Golden();

        var answer = await service.AskAsync(
            new
            {
                texts = golden.Select(item => item.Text),
                input_type = "document",
                priority,
            },
            Token
        );

        Assert.Equal(golden.Length, answer.GetProperty("count").GetInt32());
        Assert.Equal(golden.Length, answer.GetProperty("embeddings").GetArrayLength());
        for (var i = 0; i < golden.Length; i++)
        {
            AssertClose(golden[i].Embedding, answer.GetProperty("embeddings")[i]);
            var input = answer.GetProperty("inputs")[i];
            Assert.Equal(Math.Min(128, golden[i].Ids.Length), input.GetProperty("tokens").GetInt32());
            Assert.Equal(golden[i].Ids.Length > 128, input.GetProperty("truncated").GetBoolean());
        }
    }

    [Fact]
    public async Task Concurrent_callers_each_get_their_own_embedding()
    {
        var golden = Golden();

        await Task.WhenAll(
            Enumerable
                .Range(0, 120)
                .Select(async i =>
                {
                    var item = golden[i % golden.Length];
                    AssertClose(item.Embedding, (await service.AskAsync(new { text = item.Text }, Token)).GetProperty("embedding"));
                })
        );
    }

    [Fact]
    public async Task A_text_longer_than_the_models_limit_is_reported_as_truncated()
    {
        var answer = await service.AskAsync(new { texts = new[] { string.Join(' ', Enumerable.Repeat("word", 500)), "short" } }, Token);

        Assert.Equal(
            [true, false],
            answer.GetProperty("inputs").EnumerateArray().Select(input => input.GetProperty("truncated").GetBoolean())
        );
        Assert.Equal(128, answer.GetProperty("inputs")[0].GetProperty("tokens").GetInt32());
    }

    private static void AssertClose(float[] expected, JsonElement actual)
    {
        Assert.Equal(expected.Length, actual.GetArrayLength());
        Assert.InRange(expected.Zip(actual.EnumerateArray(), (a, b) => Math.Abs(a - b.GetSingle())).Max(), 0, Tolerance);
    }

    private static Item[] Golden()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(SharedAssets.Require("models/use-lite/reference.json")));
        // Two of the golden sentences are blank: the engine embeds them (its own tests say how), the service refuses them.
        return
        [
            .. file
                .RootElement.GetProperty("items")
                .EnumerateArray()
                .Select(item => new Item(
                    item.GetProperty("text").GetString()!,
                    item.GetProperty("ids").Deserialize<int[]>()!,
                    item.GetProperty("embedding").Deserialize<float[]>()!
                ))
                .Where(item => !string.IsNullOrWhiteSpace(item.Text)),
        ];
    }

    private sealed record Item(string Text, int[] Ids, float[] Embedding);
}
