using System.Runtime.InteropServices;
using System.Text.Json;
using EmbedPlatform.ModelServiceTests;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>npm's cohere-ai, with nothing changed but the base URL.</summary>
public sealed class CohereClientTests(EmbedFixture service) : IClassFixture<EmbedFixture>
{
    private const int Dimension = 512;

    [Fact]
    public async Task The_official_client_embeds_in_both_versions_and_understands_rejections()
    {
        var answer = await NodeClient.RunAsync("cohere-embed.mjs", service.Http.BaseAddress!, TestContext.Current.CancellationToken);

        var v1 = answer.GetProperty("v1");
        Assert.Equal("embeddings_floats", v1.GetProperty("responseType").GetString());
        Assert.Equal(["a question", "an answer"], v1.GetProperty("texts").EnumerateArray().Select(text => text.GetString()));
        var floats = Floats(v1.GetProperty("embeddings")[0]);
        Assert.Equal(Dimension, floats.Length);
        Assert.Equal(floats, Floats(answer.GetProperty("v1ByType").GetProperty("embeddings").GetProperty("float")[0]));

        var types = answer.GetProperty("v2").GetProperty("embeddings");
        Assert.Equal(floats, Floats(types.GetProperty("float")[0]));
        Assert.Equal(floats, MemoryMarshal.Cast<byte, float>(types.GetProperty("base64")[0].GetBytesFromBase64()).ToArray());
        var int8 = Floats(types.GetProperty("int8")[0]);
        Assert.InRange(Cosine(floats, int8), 0.999, 1.0001);
        Assert.Equal(int8.Select(number => number + 128), Floats(types.GetProperty("uint8")[0]));
        var signs = Floats(types.GetProperty("ubinary")[0]);
        Assert.Equal(Dimension / 8, signs.Length);
        Assert.Equal(floats[..8].Select((number, i) => number > 0 ? 0x80 >> i : 0).Sum(), signs[0]);
        Assert.Equal(signs.Select(number => number - 128), Floats(types.GetProperty("binary")[0]));

        Assert.Equal("NotFoundError", answer.GetProperty("unknownModel").GetProperty("kind").GetString());
        Assert.Equal("BadRequestError", answer.GetProperty("noTexts").GetProperty("kind").GetString());
        Assert.StartsWith("texts: ", answer.GetProperty("noTexts").GetProperty("body").GetProperty("message").GetString());
    }

    private static float[] Floats(JsonElement values) => [.. values.EnumerateArray().Select(value => value.GetSingle())];

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(y => (double)y * y));
}
