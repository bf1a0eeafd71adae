using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmbedPlatform.Inference.Models.Synthetic;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

/// <summary>A main model whose wide inner layer a long document drives beyond the process's bound, and mini-rerank behind it.</summary>
public sealed class MemoryLimitTests : IAsyncLifetime
{
    private const string Main = "synthetic/wide";

    private static readonly TransformerShape Wide = new("wide", "bert", 8192, 256, 2, 4, 16384, 512, 2, 1e-12f, CrossEncoder: true);

    private readonly TemporaryFolder _models = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        await SyntheticModel.WriteAsync(
            Wide,
            Repository.PathOf("models", "mini-rerank", "tokenizer.json"),
            Path.Combine(_models.Path, "synthetic--wide"),
            CancellationToken.None
        );

    public ValueTask DisposeAsync()
    {
        _models.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_model_that_runs_out_of_memory_is_replaced_and_health_reports_it()
    {
        await using var service = await StartAsync(
            "--Inference:Fallback=mini-rerank",
            "--Inference:MemoryMegabytes=130",
            "--Inference:RunMegabytes=1"
        );
        Assert.Equal(Main, await ModelOfAsync(service, Small));

        // Its inner layer takes 32 MB, more than once at a time, and there are less than 60 beside the weights.
        Assert.Equal("mini-rerank", await ModelOfAsync(service, Large));

        Assert.Equal("mini-rerank", await ModelOfAsync(service, Small));
        using var health = await service.Http.GetAsync("health", Token);
        var facts = await health.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Equal("degraded", facts.GetProperty("status").GetString());
        Assert.Equal("mini-rerank", facts.GetProperty("model").GetString());
        Assert.Contains("ran out of memory", facts.GetProperty("fallback_reason").GetString());
        var info = await service.Http.GetFromJsonAsync<JsonElement>("info", Token);
        Assert.Equal("mini-rerank", info.GetProperty("fallback").GetProperty("model").GetString());
        Assert.Contains("ran out of memory", info.GetProperty("fallback").GetProperty("reason").GetString());
        Assert.Equal(131L << 20, info.GetProperty("limits").GetProperty("engine_memory_bytes").GetInt64());
    }

    [Fact]
    public async Task Without_a_fallback_the_request_is_503_and_smaller_ones_are_served()
    {
        await using var service = await StartAsync("--Inference:MemoryMegabytes=130", "--Inference:RunMegabytes=1");

        using var refused = await service.Http.PostAsJsonAsync("rerank", Large, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(Main, await ModelOfAsync(service, Small));
    }

    [Fact]
    public async Task A_main_model_beyond_the_budget_is_replaced_from_the_start()
    {
        await using var service = await StartAsync("--Inference:Fallback=mini-rerank", "--Inference:MemoryMegabytes=60");

        Assert.Equal("mini-rerank", await ModelOfAsync(service, Small));
    }

    private static object Small => new { query = "what", documents = new[] { "short" } };

    private static object Large => new { query = "what", documents = new[] { string.Join(' ', Enumerable.Repeat("word", 500)) } };

    private static async Task<string?> ModelOfAsync(ServiceProcess service, object body)
    {
        using var response = await service.Http.PostAsJsonAsync("rerank", body, Token);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.True(response.IsSuccessStatusCode, $"{answer} {service.Output}");
        return answer.GetProperty("model").GetString();
    }

    private Task<ServiceProcess> StartAsync(params string[] options) =>
        ServiceProcess.StartAsync(
            typeof(Program),
            [
                $"--Inference:ModelsRoot={Repository.PathOf("models")};{_models.Path}",
                $"--Inference:Model={Main}",
                "--Inference:Workers=1",
                .. options,
            ]
        );
}
