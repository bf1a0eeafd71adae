using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

public sealed class PressureTests
{
    private static readonly string[] Many =
    [
        .. Enumerable.Range(0, 400).Select(i => $"{i} {string.Join(' ', Enumerable.Repeat("word", 60))}"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("rerank", "documents", "error")]
    [InlineData("rerank", "texts", "error")]
    [InlineData("v1/rerank", "documents", "message")]
    [InlineData("v2/rerank", "documents", "message")]
    [InlineData("api/v1/rerank", "documents", "detail")]
    public async Task A_full_queue_is_429_in_the_shape_of_the_format_with_Retry_After(string route, string field, string message)
    {
        await using var service = new RerankFixture(("Inference:QueueTokens", "1024"), ("Inference:Workers", "1"));
        await service.InitializeAsync();
        var body = new Dictionary<string, object> { ["query"] = "q", [field] = Many };

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => service.Http.PostAsJsonAsync(route, body, Token)));

        Assert.All(
            answers,
            answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{answer.StatusCode}")
        );
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        var answer = await refused.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal("The queue is full. Nothing of the request was admitted.", answer.GetProperty(message).GetString());
    }
}
