using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EmbedPlatform.EmbedService.Tests.Formats;
using EmbedPlatform.ModelServiceTests;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>Every wire shape of the service over HTTP, and the table of docs/api.md that these exchanges are.</summary>
public sealed class ConformanceTests(EmbedFixture service, OutputsService outputs)
    : IClassFixture<EmbedFixture>,
        IClassFixture<OutputsService>
{
    private const string Ours = "EmbedPlatform";
    private const string OpenAi = "OpenAI";
    private const string Tei = "TEI";
    private const string Older = "older server";
    private const string Cohere1 = "Cohere v1";
    private const string Cohere2 = "Cohere v2";

    private readonly ConformanceTable _table = new("embed");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_shape_is_answered_as_documented()
    {
        await OwnAsync();
        await OpenAiAsync();
        await TeiAsync();
        await OlderAsync();
        await CohereAsync();
        await LargeAsync();
        await LateAsync();
        await BusyAsync();
        _table.AssertDocumented();
    }

    private async Task OwnAsync()
    {
        const string path = "/api/v1/embed";
        await ExpectAsync(Ours, path, """{"input": "a text"}""", 200);
        await ExpectAsync(
            Ours,
            path,
            """{"input": ["a text", "another"], "model": "use-lite","""
                + """ "input_type": "query", "priority": "bulk", "encoding": "base64", "dimensions": 64}""",
            200
        );
        await ExpectAsync(Ours, path, """{"input": [[1, 2], [3]], "encoding": "int8"}""", 200);
        await ExpectAsync(Ours, path, """{"input": "a text", "encoding": "binary", "truncate": "error"}""", 200);
        await ExpectAsync(
            Ours,
            path,
            JsonSerializer.Serialize(
                new
                {
                    input = Wire.Words(200),
                    truncate = "chunk",
                    chunk_overlap = 16,
                }
            ),
            200
        );
        await ExpectAsync(Ours, path, """{"input": "w4 w5 w6", "outputs": ["dense", "sparse", "colbert"]}""", 200, outputs.Http);
        await StreamAsync("\"a text\"\n{\"input\": \"another\", \"id\": 7}\n{\"input\": \"\"}\n");
        await ExpectAsync(Ours, path, """{"input": ["a", ""]}""", 400);
        await ExpectAsync(Ours, path, JsonSerializer.Serialize(new { input = Wire.Words(200), truncate = "error" }), 400);
        await ExpectAsync(Ours, path, """{"input": "a", "outputs": ["sparse"]}""", 400);
        await ExpectAsync(Ours, path, """{"input": "a", "model": "nobody"}""", 404);
    }

    private async Task OpenAiAsync()
    {
        const string path = "/v1/embeddings";
        await ExpectAsync(OpenAi, path, """{"input": "a text", "model": "use-lite"}""", 200);
        await ExpectAsync(
            OpenAi,
            path,
            """{"input": ["a text", "another"], "model": "use-lite", "encoding_format": "base64", "dimensions": 64, "user": "u"}""",
            200
        );
        await ExpectAsync(OpenAi, path, """{"input": [1, 2], "model": "use-lite"}""", 200);
        await ExpectAsync(OpenAi, path, """{"input": [[9906, 1917], [9906]], "model": "text-embedding-3-small"}""", 200);
        await ExpectAsync(OpenAi, path, """{"input": [1, 2]}""", 400);
        await ExpectAsync(OpenAi, path, JsonSerializer.Serialize(new { input = Wire.Words(200) }), 200);
        await ExpectAsync(OpenAi, "/v1/models", null, 200);
        await ExpectAsync(OpenAi, "/v1/models/use-lite", null, 200);
        await ExpectAsync(OpenAi, path, """{"input": []}""", 400);
        await ExpectAsync(OpenAi, path, JsonSerializer.Serialize(new { input = Wire.Words(200), truncate = "error" }), 400);
        await ExpectAsync(OpenAi, path, """{"input": "a", "model": "nobody"}""", 404);
        await ExpectAsync(OpenAi, "/v1/models/nobody", null, 404);
    }

    private async Task TeiAsync()
    {
        await ExpectAsync(Tei, "/embed", """{"inputs": "a text"}""", 200);
        await ExpectAsync(
            Tei,
            "/embed",
            """{"inputs": ["a text", "another"], "truncate": true, "truncation_direction": "Right", "normalize": true, "dimensions": 64}""",
            200
        );
        await ExpectAsync(Tei, "/embed", """{"inputs": [[1, 2], [3]]}""", 200);
        await ExpectAsync(Tei, "/embed_all", """{"inputs": ["w4 w5", "w6"]}""", 200, outputs.Http);
        await ExpectAsync(Tei, "/embed_sparse", """{"inputs": ["w4 w5", "w6"]}""", 200, outputs.Http);
        await ExpectAsync(Tei, "/similarity", """{"inputs": {"source_sentence": "a text", "sentences": ["another", "a third"]}}""", 200);
        await ExpectAsync(Tei, "/tokenize", """{"inputs": "w4 w5", "add_special_tokens": true}""", 200, outputs.Http);
        await ExpectAsync(Tei, "/decode", """{"ids": [[4, 5], [6]], "skip_special_tokens": true}""", 200, outputs.Http);
        await ExpectAsync(Tei, "/embed", """{"inputs": []}""", 400);
        await ExpectAsync(Tei, "/embed", JsonSerializer.Serialize(new { inputs = Wire.Words(200), truncate = false }), 413);
        await ExpectAsync(Tei, "/embed", """{"inputs": 5}""", 422);
        await ExpectAsync(Tei, "/embed_sparse", """{"inputs": "a text"}""", 424);
    }

    private async Task OlderAsync()
    {
        await ExpectAsync(Older, "/embed", """{"text": "a text"}""", 200);
        await ExpectAsync(Older, "/embed", """{"texts": ["a text", "another"], "input_type": "document", "priority": "bulk"}""", 200);
        await ExpectAsync(Older, "/embed", "{}", 400);
        await ExpectAsync(Older, "/embed/batch", """{"texts": ["a text", "another"]}""", 200);
        await ExpectAsync(Older, "/embed/batch", "{}", 400);
        await ExpectAsync(Older, "/embeddings", """{"text": "a text"}""", 200);
        await ExpectAsync(Older, "/embeddings", """{"texts": ["a text", "another"], "normalize": true}""", 200);
        await ExpectAsync(Older, "/embeddings", """{"text": ""}""", 422);
        await ExpectAsync(Older, "/embeddings/batch", """{"texts": ["a text", "another"]}""", 200);
        await ExpectAsync(Older, "/embeddings/batch", """{"texts": []}""", 422);
    }

    private async Task CohereAsync()
    {
        await ExpectAsync(Cohere1, "/v1/embed", """{"texts": ["a text"], "model": "use-lite", "input_type": "search_query"}""", 200);
        await ExpectAsync(
            Cohere2,
            "/v2/embed",
            """{"texts": ["a text"], "model": "use-lite", "input_type": "search_document", "embedding_types": ["float"]}""",
            200
        );
        await ExpectAsync(Cohere2, "/v2/embed", """{"texts": [], "model": "use-lite", "input_type": "search_document"}""", 400);
        await ExpectAsync(Cohere2, "/v2/embed", """{"texts": ["a text"], "model": "nobody", "input_type": "search_document"}""", 404);
    }

    private async Task LargeAsync()
    {
        await using var narrow = new EmbedFixture(("Limits:MaxBodyBytes", "2048"));
        await narrow.InitializeAsync();
        var text = new string('a', 3000);
        await ExpectAsync($"{Ours}, body too long", "/api/v1/embed", JsonSerializer.Serialize(new { input = text }), 413, narrow.Http);
        await ExpectAsync($"{OpenAi}, body too long", "/v1/embeddings", JsonSerializer.Serialize(new { input = text }), 413, narrow.Http);
        await ExpectAsync($"{Tei}, body too long", "/embed", JsonSerializer.Serialize(new { inputs = text }), 413, narrow.Http);
        await ExpectAsync($"{Older}, body too long", "/embeddings", JsonSerializer.Serialize(new { text }), 413, narrow.Http);
    }

    private async Task LateAsync()
    {
        using var hurried = new HttpClient { BaseAddress = service.Http.BaseAddress };
        hurried.DefaultRequestHeaders.Add("X-Request-Timeout-Ms", "1");
        string[] texts = [.. Enumerable.Range(0, 400).Select(i => $"{i} {Wire.Words(120)}")];
        await ExpectAsync($"{Ours}, deadline passed", "/api/v1/embed", JsonSerializer.Serialize(new { input = texts }), 504, hurried);
        await ExpectAsync($"{OpenAi}, deadline passed", "/v1/embeddings", JsonSerializer.Serialize(new { input = texts }), 504, hurried);
        await ExpectAsync($"{Tei}, deadline passed", "/embed", JsonSerializer.Serialize(new { inputs = texts }), 504, hurried);
        await ExpectAsync($"{Older}, deadline passed", "/embed/batch", JsonSerializer.Serialize(new { texts }), 504, hurried);
    }

    private async Task BusyAsync()
    {
        await using var busy = new EmbedFixture(
            ("Inference:QueueTokens", "1024"),
            ("Inference:Workers", "1"),
            ("Embed:InteractiveDeadlineSeconds", "0")
        );
        await busy.InitializeAsync();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Token);
        string[] texts = [.. Enumerable.Range(0, 5000).Select(i => $"{i} {Wire.Words(60)}")];
        var holding = busy.Http.PostAsJsonAsync("api/v1/embed", new { input = texts }, leave.Token);
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.False(holding.IsCompleted, "the request that fills the queue ended");
                return (await busy.Http.GetFromJsonAsync<JsonElement>("info", Token)).GetProperty("queued_tokens").GetInt64() >= 1024;
            },
            "the queue is full"
        );

        await ExpectAsync($"{Ours}, queue full", "/api/v1/embed", """{"input": "one more"}""", 429, busy.Http);
        await ExpectAsync($"{OpenAi}, queue full", "/v1/embeddings", """{"input": "one more"}""", 429, busy.Http);
        await ExpectAsync($"{Tei}, queue full", "/embed", """{"inputs": "one more"}""", 429, busy.Http);
        await ExpectAsync($"{Older}, queue full", "/embeddings/batch", """{"texts": ["one more"]}""", 429, busy.Http);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => holding);
    }

    private async Task StreamAsync(string lines)
    {
        using var response = await service.Http.PostAsync(
            "/api/v1/embed?encoding=base64&dimensions=64",
            new StringContent(lines, Encoding.UTF8, "application/x-ndjson"),
            Token
        );
        var shapes = (await response.Content.ReadAsStringAsync(Token))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => $"`{JsonShape.Of(line)}`");
        var bodies = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"`{JsonShape.Of(line)}`");
        _table.Add(
            $"{Ours}, NDJSON",
            "POST /api/v1/embed",
            string.Join("<br>", bodies),
            (int)response.StatusCode,
            string.Join("<br>", shapes)
        );
    }

    private async Task ExpectAsync(string format, string path, string? body, int status, HttpClient? http = null)
    {
        var (answered, answer) = await _table.ExchangeAsync(http ?? service.Http, format, path, body, Token);
        Assert.True(status == answered, $"{path} {(body?.Length > 200 ? body[..200] : body)}: {answered} {answer}");
    }
}
