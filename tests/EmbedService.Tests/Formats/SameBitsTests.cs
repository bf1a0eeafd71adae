using System.Text.Json;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Formats;

/// <summary>A text has one vector, to the last bit, whatever format asks for it and whatever else is in the request.</summary>
public sealed class SameBitsTests(EmbedFixture service) : IClassFixture<EmbedFixture>
{
    private static readonly string[] Texts =
    [
        "hello world",
        "a much longer text about nothing in particular, with commas",
        "ünïcode 世界",
        "x",
    ];

    [Fact]
    public async Task Every_format_returns_the_same_bits()
    {
        var many = JsonSerializer.Serialize(Texts);
        var (own, _) = await service.AskAsync("api/v1/embed", $$"""{"input": {{many}}}""");
        var expected = own.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("embedding").Floats()).ToArray();

        Assert.Equal(expected, await DataAsync("api/v1/embed", $$"""{"input": {{many}}, "encoding": "base64"}""", base64: true));
        Assert.Equal(
            expected,
            await DataAsync("api/v1/embed", $$"""{"input": {{many}}, "truncate": "chunk", "priority": "bulk"}""", base64: false)
        );
        Assert.Equal(expected, await DataAsync("v1/embeddings", $$"""{"input": {{many}}}""", base64: false));
        Assert.Equal(expected, await DataAsync("v1/embeddings", $$"""{"input": {{many}}, "encoding_format": "base64"}""", base64: true));
        Assert.Equal(expected, Vectors((await service.AskAsync("embed", $$"""{"inputs": {{many}}}""")).Body));
        foreach (var route in (string[])["embed", "embed/batch", "embeddings", "embeddings/batch"])
        {
            Assert.Equal(expected, Vectors((await service.AskAsync(route, $$"""{"texts": {{many}}}""")).Body.GetProperty("embeddings")));
        }
    }

    [Fact]
    public async Task A_text_alone_has_the_bits_that_it_has_among_others()
    {
        var (all, _) = await service.AskAsync("embed", JsonSerializer.Serialize(new { inputs = Texts }));

        for (var i = 0; i < Texts.Length; i++)
        {
            var (alone, _) = await service.AskAsync("embeddings", JsonSerializer.Serialize(new { text = Texts[i] }));
            Assert.Equal(all[i].Floats(), alone.GetProperty("embedding").Floats());
        }
    }

    private async Task<float[][]> DataAsync(string route, string body, bool base64) =>
        [
            .. (await service.AskAsync(route, body))
                .Body.GetProperty("data")
                .EnumerateArray()
                .Select(item => item.GetProperty("embedding"))
                .Select(vector => base64 ? vector.Base64Floats() : vector.Floats()),
        ];

    private static float[][] Vectors(JsonElement list) => [.. list.EnumerateArray().Select(vector => vector.Floats())];
}
