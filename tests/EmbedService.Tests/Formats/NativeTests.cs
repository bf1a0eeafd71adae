using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Formats;

/// <summary><c>POST /api/v1/embed</c> with one body.</summary>
public sealed class NativeTests(EmbedFixture service) : IClassFixture<EmbedFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_text_has_its_token_count_and_truncation()
    {
        var (answer, _) = await service.AskAsync(
            "api/v1/embed",
            JsonSerializer.Serialize(new { input = new[] { "short", Wire.Words(300) } })
        );

        Assert.Equal(["model", "revision", "dimension", "count", "tokens", "latency_ms", "data"], answer.Names());
        Assert.Equal(["index", "tokens", "truncated", "embedding"], answer.GetProperty("data")[0].Names());
        Assert.Equal(
            [(0, false), (1, true)],
            answer
                .GetProperty("data")
                .EnumerateArray()
                .Select(item => (item.GetProperty("index").GetInt32(), item.GetProperty("truncated").GetBoolean()))
        );
        Assert.Equal(128, answer.GetProperty("data")[1].GetProperty("tokens").GetInt32());
        Assert.Equal(
            answer.GetProperty("tokens").GetInt32(),
            answer.GetProperty("data").EnumerateArray().Sum(item => item.GetProperty("tokens").GetInt32())
        );
    }

    [Fact]
    public async Task A_long_text_in_chunks_is_embedded_window_by_window_and_nothing_is_lost()
    {
        var text = string.Join(' ', Enumerable.Range(0, 200).Select(i => $"number {i}"));
        var (answer, _) = await service.AskAsync(
            "api/v1/embed",
            JsonSerializer.Serialize(new { input = new[] { "short", text }, truncate = "chunk" })
        );

        var windows = answer.GetProperty("data").EnumerateArray().Skip(1).ToArray();
        Assert.Equal(2, answer.GetProperty("count").GetInt32());
        Assert.False(answer.GetProperty("data")[0].TryGetProperty("chunk", out _));
        Assert.True(windows.Length > 2);
        var end = 0;
        for (var i = 0; i < windows.Length; i++)
        {
            var chunk = windows[i].GetProperty("chunk");
            Assert.Equal(
                (1, i, windows.Length),
                (windows[i].GetProperty("index").GetInt32(), chunk.GetProperty("number").GetInt32(), chunk.GetProperty("of").GetInt32())
            );
            Assert.Equal(end, chunk.GetProperty("start").GetInt32());
            Assert.False(windows[i].GetProperty("truncated").GetBoolean());
            Assert.InRange(windows[i].GetProperty("tokens").GetInt32(), 1, 128);
            end = chunk.GetProperty("end").GetInt32();
        }

        Assert.Equal(text.Length, end);
        var (tokens, _) = await service.AskAsync("tokenize", JsonSerializer.Serialize(new { inputs = text }));
        var ids = tokens[0].EnumerateArray().Take(128).Select(token => token.GetProperty("id").GetInt32());
        var (first, _) = await service.AskAsync("embed", JsonSerializer.Serialize(new { inputs = ids }));
        Assert.Equal(first[0].Floats(), windows[0].GetProperty("embedding").Floats());
    }

    [Fact]
    public async Task Windows_overlap_by_the_requested_tokens()
    {
        var text = Wire.Words(250);
        var (answer, _) = await service.AskAsync(
            "api/v1/embed",
            JsonSerializer.Serialize(
                new
                {
                    input = text,
                    truncate = "chunk",
                    chunk_overlap = 28,
                }
            )
        );

        // 128, then 100 new ones each: 128, 228, 250.
        Assert.Equal([128, 128, 50], answer.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("tokens").GetInt32()));
    }

    [Fact]
    public async Task Int8_is_the_scaled_vector_and_binary_its_signs()
    {
        const string input = "\"input\": \"hello world\"";
        var (floats, _) = await service.AskAsync("api/v1/embed", $$"""{ {{input}} }""");
        var (int8, _) = await service.AskAsync("api/v1/embed", $$"""{ {{input}}, "encoding": "int8"}""");
        var (binary, _) = await service.AskAsync("api/v1/embed", $$"""{ {{input}}, "encoding": "binary", "dimensions": 500}""");

        var vector = floats.GetProperty("data")[0].GetProperty("embedding").Floats();
        var scale = int8.GetProperty("data")[0].GetProperty("scale").GetSingle();
        var steps = int8.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();
        Assert.Equal(512, steps.Length);
        Assert.Equal(127, steps.Max(step => Math.Abs((int)(sbyte)step)));
        Assert.All(vector.Zip(steps), pair => Assert.InRange(Math.Abs(pair.First - ((sbyte)pair.Second * scale)), 0, scale * 0.5001f));
        var bits = binary.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();
        Assert.Equal(63, bits.Length);
        Assert.Equal(vector.Take(500).Select(x => x > 0), Enumerable.Range(0, 500).Select(i => (bits[i / 8] & (0x80 >> (i % 8))) != 0));
        Assert.Equal(0, bits[62] & 0x0F);
    }

    [Fact]
    public async Task A_model_that_is_not_served_is_404_with_the_served_ones()
    {
        using var response = await service.PostToAsync("api/v1/embed", """{"input": "a", "model": "nobody"}""", Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal("model_not_found", problem.GetProperty("reason").GetString());
        Assert.Contains("use-lite", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_rejected_on_request()
    {
        using var response = await service.PostToAsync(
            "api/v1/embed",
            JsonSerializer.Serialize(new { input = Wire.Words(300), truncate = "error" }),
            Token
        );

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal("text_too_long", problem.GetProperty("reason").GetString());
        Assert.Equal("has 300 tokens; use-lite takes at most 128", problem.GetProperty("errors").GetProperty("input")[0].GetString());
    }

    [Theory]
    [InlineData("api/v1/embed", "input")]
    [InlineData("v1/embeddings", "input")]
    [InlineData("embed", "inputs")]
    [InlineData("embed/batch", "texts")]
    [InlineData("embeddings/batch", "texts")]
    public async Task A_callers_deadline_is_504_in_every_format(string route, string field)
    {
        // Each text is new in every format: one that the cache knows needs no time.
        var texts = Enumerable.Range(0, 400).Select(number => $"{route} {number} {Wire.Words(110)}");
        using var request = new HttpRequestMessage(HttpMethod.Post, route)
        {
            Content = JsonContent.Create(new Dictionary<string, string[]> { [field] = [.. texts] }),
            Headers = { { "X-Request-Timeout-Ms", "1" } },
        };

        using var response = await service.Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
    }
}
