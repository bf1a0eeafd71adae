using System.Text.Json;
using EmbedPlatform.ModelServiceTests;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>npm's openai, with nothing changed but the base URL.</summary>
public sealed class OpenAiClientTests(EmbedFixture service) : IClassFixture<EmbedFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_official_client_embeds_lists_models_and_understands_rejections()
    {
        var answer = await NodeClient.RunAsync("openai.mjs", service.Http.BaseAddress!, Token);

        var one = Vector(answer.GetProperty("one"));
        Assert.Equal(512, one.Length);
        Assert.Equal(1, one.Sum(value => value * value), precision: 4);
        Assert.Equal(one, Vector(answer.GetProperty("floats")));
        Assert.Equal([0, 1, 2], answer.GetProperty("several").EnumerateArray().Select(item => item.GetProperty("index").GetInt32()));
        Assert.Equal(one, Vector(answer.GetProperty("several")[0].GetProperty("embedding")));
        Assert.Equal(one, Vector(answer.GetProperty("several")[2].GetProperty("embedding")));
        Assert.Equal([512, 512], answer.GetProperty("tokens").EnumerateArray().Select(length => length.GetInt32()));
        Assert.Equal(2, answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        Assert.Equal("use-lite", answer.GetProperty("model").GetString());
        Assert.Contains("use-lite", answer.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("unknownModel", "NotFoundError", "model")]
    [InlineData("blank", "BadRequestError", "input")]
    [InlineData("tooManyDimensions", "BadRequestError", "dimensions")]
    public async Task The_official_client_throws_its_own_errors(string call, string kind, string? param)
    {
        var error = (await NodeClient.RunAsync("openai.mjs", service.Http.BaseAddress!, Token)).GetProperty(call);

        Assert.Equal((kind, param), (error.GetProperty("kind").GetString(), error.GetProperty("param").GetString()));
    }

    private static float[] Vector(JsonElement values) => [.. values.EnumerateArray().Select(value => value.GetSingle())];
}
