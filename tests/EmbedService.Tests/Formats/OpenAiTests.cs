using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Formats;

/// <summary>What OpenAI's clients send and expect.</summary>
public sealed class OpenAiTests(EmbedFixture service) : IClassFixture<EmbedFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_gets_an_embedding_each_with_usage()
    {
        var (answer, _) = await service.AskAsync(
            "v1/embeddings",
            """{"input": ["hello world", "good morning"], "model": "use-lite", "user": "u-1"}"""
        );

        Assert.Equal(["object", "data", "model", "usage"], answer.Names());
        Assert.Equal(("list", "use-lite"), (answer.GetProperty("object").GetString(), answer.GetProperty("model").GetString()));
        Assert.Equal([0, 1], answer.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("index").GetInt32()));
        Assert.All(
            answer.GetProperty("data").EnumerateArray(),
            item =>
            {
                Assert.Equal(["object", "index", "embedding"], item.Names());
                Assert.Equal("embedding", item.GetProperty("object").GetString());
                Assert.Equal(512, item.GetProperty("embedding").GetArrayLength());
            }
        );
        var (tokens, _) = await service.AskAsync("tokenize", """{"inputs": ["hello world", "good morning"]}""");
        var expected = tokens.EnumerateArray().Sum(text => text.GetArrayLength());
        Assert.Equal(
            (expected, expected),
            (
                answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(),
                answer.GetProperty("usage").GetProperty("total_tokens").GetInt32()
            )
        );
    }

    [Fact]
    public async Task Base64_is_the_same_floats()
    {
        var (floats, _) = await service.AskAsync("v1/embeddings", """{"input": "hello world", "encoding_format": "float"}""");
        var (base64, _) = await service.AskAsync("v1/embeddings", """{"input": "hello world", "encoding_format": "base64"}""");

        Assert.Equal(
            floats.GetProperty("data")[0].GetProperty("embedding").Floats(),
            base64.GetProperty("data")[0].GetProperty("embedding").Base64Floats()
        );
    }

    [Fact]
    public async Task Token_ids_get_the_embedding_of_their_text()
    {
        var (tokens, _) = await service.AskAsync("tokenize", """{"inputs": "hello world"}""");
        var ids = tokens[0].EnumerateArray().Select(token => token.GetProperty("id").GetInt32()).ToArray();
        var (text, _) = await service.AskAsync("v1/embeddings", """{"input": "hello world"}""");

        var (one, _) = await service.AskAsync("v1/embeddings", JsonSerializer.Serialize(new { model = "use-lite", input = ids }));
        var (many, _) = await service.AskAsync(
            "v1/embeddings",
            JsonSerializer.Serialize(new { model = "USE-Lite", input = new[] { ids, ids } })
        );

        var expected = text.GetProperty("data")[0].GetProperty("embedding").Floats();
        Assert.Equal(expected, one.GetProperty("data")[0].GetProperty("embedding").Floats());
        Assert.Equal(
            [expected, expected],
            many.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("embedding").Floats())
        );
    }

    [Fact]
    public async Task Fewer_dimensions_are_the_first_ones_at_length_1()
    {
        var (whole, _) = await service.AskAsync("v1/embeddings", """{"input": "hello world"}""");
        var (cut, _) = await service.AskAsync("v1/embeddings", """{"input": "hello world", "dimensions": 64}""");

        var first = whole.GetProperty("data")[0].GetProperty("embedding").Floats()[..64];
        var norm = Math.Sqrt(first.Sum(x => (double)x * x));
        var actual = cut.GetProperty("data")[0].GetProperty("embedding").Floats();
        Assert.Equal(64, actual.Length);
        Assert.All(first.Zip(actual), pair => Assert.Equal(pair.First / norm, pair.Second, 1e-6));
    }

    [Fact]
    public async Task A_truncated_text_is_marked_or_rejected_as_requested()
    {
        var body = JsonSerializer.Serialize(new { input = new[] { "short", Wire.Words(300) } });
        var (cut, response) = await service.AskAsync("v1/embeddings", body);
        var (refused, _) = await service.AskAsync("v1/embeddings", body[..^1] + """, "truncate": "error"}""", HttpStatusCode.BadRequest);

        Assert.Equal(
            [false, true],
            cut.GetProperty("data").EnumerateArray().Select(item => item.TryGetProperty("truncated", out var mark) && mark.GetBoolean())
        );
        Assert.Equal("1", response.Header("x-truncated-inputs"));
        AssertError(
            refused,
            "input[1]: has 300 tokens; use-lite takes at most 128",
            "invalid_request_error",
            "input[1]",
            "context_length_exceeded"
        );
    }

    [Fact]
    public async Task Models_are_listed_and_found()
    {
        var list = await service.Http.GetFromJsonAsync<JsonElement>("v1/models", Token);
        var one = await service.Http.GetFromJsonAsync<JsonElement>("v1/models/use-lite", Token);
        using var none = await service.Http.GetAsync("v1/models/BAAI%2Fnone", Token);

        Assert.Equal("list", list.GetProperty("object").GetString());
        Assert.Equal(["id", "object", "created", "owned_by"], list.GetProperty("data")[0].Names());
        Assert.Equal("use-lite", one.GetProperty("id").GetString());
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        var error = (await none.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("error");
        Assert.Equal("model_not_found", error.GetProperty("code").GetString());
        Assert.Contains("BAAI/none", error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("""{"input": ["a", ""]}""", 400, "input[1]", null)]
    [InlineData("""{"model": "use-lite"}""", 400, "input", null)]
    [InlineData("""{"input": []}""", 400, "input", null)]
    [InlineData("""{"input": {"text": "a"}}""", 400, "input", null)]
    [InlineData("""{"input": "a", "encoding_format": "hex"}""", 400, "encoding_format", null)]
    [InlineData("""{"input": "a", "dimensions": 5000}""", 400, "dimensions", null)]
    [InlineData("""{"input": "a", "model": 5}""", 400, "model", null)]
    [InlineData("""{"input": "a" """, 400, "body", null)]
    [InlineData("""{"input": "a", "model": "text-nothing"}""", 404, "model", "model_not_found")]
    [InlineData("""{"model": "use-lite", "input": [8000]}""", 400, "input[0]", null)]
    [InlineData("""{"model": "use-lite", "input": [[1], [1, -1]]}""", 400, "input[1][1]", null)]
    public async Task Errors_have_OpenAIs_shape(string body, int status, string? param, string? code)
    {
        var (answer, _) = await service.AskAsync("v1/embeddings", body, (HttpStatusCode)status);

        var error = answer.GetProperty("error");
        Assert.Equal(["message", "type", "param", "code"], error.Names());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.Equal(("invalid_request_error", code), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
        Assert.Equal(param, error.GetProperty("param").GetString());
    }

    private static void AssertError(JsonElement answer, string message, string type, string? param, string? code)
    {
        var error = answer.GetProperty("error");
        Assert.Equal(
            (message, type, param, code),
            (
                error.GetProperty("message").GetString(),
                error.GetProperty("type").GetString(),
                error.GetProperty("param").GetString(),
                error.GetProperty("code").GetString()
            )
        );
    }
}
