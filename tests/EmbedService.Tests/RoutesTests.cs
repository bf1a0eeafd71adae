using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

public sealed class RoutesTests(EmbedFixture service) : IClassFixture<EmbedFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_reports_the_loaded_model()
    {
        var health = await service.Http.GetFromJsonAsync<JsonElement>("health", Token);

        Assert.Equal("healthy", health.GetProperty("status").GetString());
        Assert.Equal("use-lite", health.GetProperty("model").GetString());
        Assert.True(health.GetProperty("model_loaded").GetBoolean());
        Assert.Equal(512, health.GetProperty("dimension").GetInt32());
    }

    [Fact]
    public async Task Alive_answers()
    {
        using var response = await service.Http.GetAsync("alive", Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Info_reports_the_models()
    {
        var info = await service.Http.GetFromJsonAsync<JsonElement>("info", Token);

        Assert.Equal(
            ("use-lite", 512, 128),
            (info.GetProperty("model").GetString(), info.GetProperty("dimension").GetInt32(), info.GetProperty("max_tokens").GetInt32())
        );
        Assert.NotEmpty(info.GetProperty("revision").GetString()!);
        Assert.True(info.GetProperty("workers").GetInt32() >= 1);
        Assert.Equal(500_000, info.GetProperty("queue_limit").GetInt64());
        Assert.True(
            info.TryGetProperty("queued_tokens", out _)
                && info.TryGetProperty("tokens_per_second", out _)
                && info.TryGetProperty("variant", out _)
        );
    }

    [Fact]
    public async Task The_OpenAPI_document_describes_the_body_in_wire_names()
    {
        var document = await service.Http.GetFromJsonAsync<JsonElement>("openapi/v1.json", Token);

        var embed = document.GetProperty("paths").GetProperty("/api/v1/embed").GetProperty("post");
        Assert.Equal("embed", embed.GetProperty("operationId").GetString());
        Assert.True(embed.GetProperty("responses").TryGetProperty("429", out _));
        var body = document.GetProperty("components").GetProperty("schemas").GetProperty("NativeEmbedRequest").GetProperty("properties");
        Assert.Equal(
            ["input", "model", "input_type", "priority", "truncate", "chunk_overlap", "encoding", "outputs", "dimensions"],
            body.EnumerateObject().Select(property => property.Name)
        );
    }
}
