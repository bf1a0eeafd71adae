using System.Net;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Formats;

/// <summary><c>POST /api/v1/tokenize</c>.</summary>
public sealed class TokenizeTests(EmbedFixture service) : IClassFixture<EmbedFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Token_counts_are_those_of_an_embedding_and_nothing_is_truncated()
    {
        string[] texts = ["short", "two words, 東京", Wire.Words(300)];
        var (places, _) = await service.AskAsync("api/v1/tokenize", JsonSerializer.Serialize(new { input = texts }));
        var (embedded, _) = await service.AskAsync("api/v1/embed", JsonSerializer.Serialize(new { input = texts }));

        var counts = places
            .GetProperty("data")
            .EnumerateArray()
            .Select(text => text.GetProperty("starts").GetArrayLength() + places.GetProperty("added_tokens").GetInt32())
            .ToArray();
        var most = places.GetProperty("max_tokens").GetInt32();
        Assert.Equal(
            embedded.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("tokens").GetInt32()),
            counts.Select(count => Math.Min(count, most))
        );
        Assert.True(counts[2] > most);
        Assert.Equal(embedded.GetProperty("model").GetString(), places.GetProperty("model").GetString());
        Assert.Equal(embedded.GetProperty("revision").GetString(), places.GetProperty("revision").GetString());
    }

    [Fact]
    public async Task Positions_are_ascending_and_inside_the_text()
    {
        const string Text = "two words, 東京 and 😀 signs";
        var (places, _) = await service.AskAsync("api/v1/tokenize", JsonSerializer.Serialize(new { input = Text }));

        int[] starts = [.. places.GetProperty("data")[0].GetProperty("starts").EnumerateArray().Select(start => start.GetInt32())];
        Assert.Equal(starts.Order(), starts);
        Assert.All(starts, start => Assert.InRange(start, 0, Text.Length - 1));
    }

    [Theory]
    [InlineData("""{}""", "input")]
    [InlineData("""{"input": [1, 2]}""", "input")]
    [InlineData("""{"input": ""}""", "input")]
    [InlineData("""{"input": "a", "input_type": "poem"}""", "input_type")]
    public async Task An_invalid_body_is_rejected_with_the_name_of_the_field(string body, string field)
    {
        using var response = await service.PostToAsync("api/v1/tokenize", body, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"\"{field}", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_model_is_not_found()
    {
        using var response = await service.PostToAsync("api/v1/tokenize", """{"input": "a", "model": "nobody"}""", Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }
}
