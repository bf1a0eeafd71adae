using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmbedPlatform.Inference.Models.Synthetic;
using EmbedPlatform.Inference.Tokenization;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>A default model whose wide inner layer exceeds the memory limit for a long text, and a narrow fallback.</summary>
public sealed class MemoryLimitTests : IAsyncLifetime
{
    private const string Wide = "synthetic/wide";
    private const string Narrow = "synthetic/narrow";

    private static readonly string Tokenizer = Repository.PathOf("models", "mini-rerank", "tokenizer.json");

    private readonly TemporaryFolder _models = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await WriteAsync(new TransformerShape("wide", "bert", 8192, 256, 2, 4, 16384, 512, 2, 1e-12f));
        await WriteAsync(new TransformerShape("narrow", "bert", 8192, 32, 1, 2, 64, 512, 2, 1e-12f));
    }

    public ValueTask DisposeAsync()
    {
        _models.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("api/v1/embed")]
    [InlineData("v1/embeddings")]
    public async Task A_request_that_runs_the_model_out_of_memory_is_served_by_the_fallback(string route)
    {
        await using var service = await StartAsync($"--Inference:Fallback={Narrow}");
        Assert.Equal((Wide, null), await ModelOfAsync(service, route, Short));

        var (model, fallback) = await ModelOfAsync(service, route, Long);

        Assert.Equal(Narrow, model);
        Assert.Contains("ran out of memory", fallback);
    }

    [Fact]
    public async Task A_stream_continues_with_the_fallback()
    {
        await using var service = await StartAsync($"--Inference:Fallback={Narrow}");
        using var body = new StringContent($"\"{Short}\"\n\"{Long}\"\n\"{Short}\"\n", null, "application/x-ndjson");

        using var response = await service.Http.PostAsync("api/v1/embed", body, Token);

        var lines = (await response.Content.ReadAsStringAsync(Token)).Trim().Split('\n');
        var end = JsonDocument.Parse(lines[^1]).RootElement;
        Assert.True(end.GetProperty("done").GetBoolean(), lines[^1]);
        Assert.Equal(3, end.GetProperty("embedded").GetInt32());
    }

    [Fact]
    public async Task Without_a_fallback_the_request_is_503_and_shorter_ones_are_served()
    {
        await using var service = await StartAsync();

        using var refused = await service.Http.PostAsJsonAsync("api/v1/embed", new { input = Long }, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal((Wide, null), await ModelOfAsync(service, "api/v1/embed", Short));
    }

    private static string Short => "short";

    private static string Long => string.Join(' ', Enumerable.Repeat("word", 500));

    private static async Task<(string? Model, string? Fallback)> ModelOfAsync(ServiceProcess service, string route, string input)
    {
        using var response = await service.Http.PostAsJsonAsync(route, new { input }, Token);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.True(response.IsSuccessStatusCode, $"{answer} {service.Output}");
        return (answer.GetProperty("model").GetString(), answer.TryGetProperty("fallback", out var fallback) ? fallback.GetString() : null);
    }

    private Task WriteAsync(TransformerShape shape) =>
        SyntheticModel.WriteAsync(shape, Tokenizer, Path.Combine(_models.Path, $"synthetic--{shape.Name}"), Token);

    private Task<ServiceProcess> StartAsync(params string[] options) =>
        ServiceProcess.StartAsync(
            typeof(Program),
            [
                $"--Inference:ModelsRoot={_models.Path}",
                $"--Inference:Model={Wide}",
                "--Inference:MemoryMegabytes=130",
                "--Inference:RunMegabytes=1",
                "--Inference:Workers=1",
                .. options,
            ]
        );
}
