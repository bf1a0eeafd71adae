using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

/// <summary>Texts of characters that nobody sees: whatever a tokenizer makes of them, a score would be noise.</summary>
public sealed class UnreadableTextTests(RerankFixture service) : IClassFixture<RerankFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, HttpStatusCode, string> Formats { get; } =
        new()
        {
            { "api/v1/rerank", "documents", HttpStatusCode.BadRequest, "detail" },
            { "rerank", "documents", HttpStatusCode.BadRequest, "error" },
            { "rerank", "texts", HttpStatusCode.UnprocessableEntity, "error" },
            { "v1/rerank", "documents", HttpStatusCode.BadRequest, "message" },
            { "v2/rerank", "documents", HttpStatusCode.BadRequest, "message" },
        };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_document_of_invisible_characters_is_rejected_by_name(
        string route,
        string documents,
        HttpStatusCode status,
        string told
    )
    {
        foreach (var text in (string[])[@"\u200b", @"\u0001\u0002", @"\u200d\ufeff \u200b"])
        {
            var (code, answer) = await AskAsync(route, $$"""{"query": "chess", "{{documents}}": ["a game", "{{text}}"]}""");

            Assert.True(code == status, $"{text}: {answer}");
            Assert.Equal($"{documents}[1]: must not be blank", answer.GetProperty(told).GetString());
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_query_of_invisible_characters_is_rejected_by_name(
        string route,
        string documents,
        HttpStatusCode status,
        string told
    )
    {
        var (code, answer) = await AskAsync(route, $$"""{"query": "\u200b\u0007", "{{documents}}": ["a game"]}""");

        Assert.True(code == status, answer.ToString());
        Assert.Equal("query: must not be blank", answer.GetProperty(told).GetString());
    }

    [Fact]
    public async Task A_long_document_in_windows_is_rejected_by_its_own_position()
    {
        var longDocument = string.Join(' ', Enumerable.Repeat("chess", 1_000));
        var (code, answer) = await AskAsync("v2/rerank", $$"""{"query": "chess", "documents": ["{{longDocument}}", "\u200b"]}""");

        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.StartsWith("documents[1]: ", answer.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("…")]
    [InlineData("½")]
    [InlineData("♞")]
    [InlineData("\u200b7\u200b")]
    public async Task A_text_with_any_token_is_scored(string text)
    {
        var (code, answer) = await AskAsync("api/v1/rerank", JsonSerializer.Serialize(new { query = text, documents = new[] { text } }));

        Assert.True(code == HttpStatusCode.OK, answer.ToString());
    }

    private async Task<(HttpStatusCode Code, JsonElement Answer)> AskAsync(string route, string body)
    {
        using var response = await service.Http.PostAsync(route, new StringContent(body, Encoding.UTF8, "application/json"), Token);
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync(Token)));
    }
}
