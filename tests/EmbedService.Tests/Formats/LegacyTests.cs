using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests.Formats;

/// <summary>What clients of the older in-house servers send and expect.</summary>
public sealed class LegacyTests(EmbedFixture service) : IClassFixture<EmbedFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Embeddings_accepts_one_text_or_many()
    {
        var (one, _) = await service.AskAsync("embeddings", """{"text": "hello world"}""");
        var (many, _) = await service.AskAsync("embeddings", """{"texts": ["hello world", "good morning"], "normalize": true}""");

        Assert.Equal(["embedding", "model", "dimension"], one.Names());
        Assert.Equal(["embeddings", "model", "dimension", "count"], many.Names());
        Assert.Equal(
            (2, 512, "use-lite"),
            (many.GetProperty("count").GetInt32(), many.GetProperty("dimension").GetInt32(), many.GetProperty("model").GetString())
        );
        Assert.Equal(one.GetProperty("embedding").Floats(), many.GetProperty("embeddings")[0].Floats());
    }

    [Theory]
    [InlineData("embeddings/batch", new[] { "embeddings", "model", "dimension", "count" })]
    [InlineData("embed/batch", new[] { "embeddings", "count", "dimension", "latency_ms" })]
    public async Task A_batch_may_have_more_texts_than_the_legacy_server_accepted(string route, string[] names)
    {
        var texts = Enumerable.Range(0, 300).Select(i => $"text number {i}").ToArray();

        var (answer, _) = await service.AskAsync(route, JsonSerializer.Serialize(new { texts }));

        Assert.Equal(names, answer.Names());
        Assert.Equal((300, 300), (answer.GetProperty("count").GetInt32(), answer.GetProperty("embeddings").GetArrayLength()));
        var (last, _) = await service.AskAsync("embeddings", """{"text": "text number 299"}""");
        Assert.Equal(last.GetProperty("embedding").Floats(), answer.GetProperty("embeddings")[299].Floats());
    }

    [Fact]
    public async Task Embed_returns_a_vector_with_its_latency()
    {
        var (answer, _) = await service.AskAsync("embed", """{"text": "hello world"}""");

        Assert.Equal((512, 512), (answer.GetProperty("embedding").GetArrayLength(), answer.GetProperty("dimension").GetInt32()));
        Assert.True(answer.GetProperty("latency_ms").GetDouble() >= 0);
    }

    [Fact]
    public async Task Models_status_reports_the_embedding_model()
    {
        var status = await service.Http.GetFromJsonAsync<JsonElement>("models/status", Token);

        Assert.Equal(
            ("use-lite", 512, true),
            (
                status.GetProperty("embedding_model").GetString(),
                status.GetProperty("embedding_dimension").GetInt32(),
                status.GetProperty("embedding_loaded").GetBoolean()
            )
        );
    }

    [Theory]
    [InlineData("embed", """{}""", 400)]
    [InlineData("embed", """{"text": ""}""", 400)]
    [InlineData("embed", """{"text": 5}""", 400)]
    [InlineData("embed", """{"texts": ["a", 5]}""", 400)]
    [InlineData("embed", """{"text": "a", "texts": ["b"]}""", 400)]
    [InlineData("embed", """{"text": "a", "priority": "low"}""", 400)]
    [InlineData("embed/batch", """{}""", 400)]
    [InlineData("embed/batch", """{"texts": []}""", 400)]
    [InlineData("embeddings", """{"text": ""}""", 422)]
    [InlineData("embeddings", """{"texts": []}""", 422)]
    [InlineData("embeddings", """{}""", 422)]
    [InlineData("embeddings/batch", """{"texts": []}""", 422)]
    [InlineData("embeddings/batch", """{"texts": ["a", " "]}""", 422)]
    [InlineData("embeddings/batch", """{"texts": "a"}""", 422)]
    [InlineData("embeddings/batch", """[]""", 422)]
    public async Task An_error_is_one_sentence(string route, string body, int status)
    {
        var (answer, _) = await service.AskAsync(route, body, (HttpStatusCode)status);

        Assert.NotEmpty(answer.GetProperty("error").GetString()!);
    }
}
