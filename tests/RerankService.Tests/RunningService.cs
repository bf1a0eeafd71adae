using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

/// <summary>RerankService in Kestrel on a free port, with mini-rerank.</summary>
public sealed class RunningService : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplicationFactory<Program> _factory;

    public RunningService()
        : this([])
    {
    }

    internal RunningService(params (string Key, string Value)[] settings) =>
        _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseUrls("http://127.0.0.1:0");
            host.UseSetting("Inference:Model", "mini-rerank");
            foreach (var (key, value) in settings)
            {
                host.UseSetting(key, value);
            }
        });

    public HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _factory.UseKestrel();
        _factory.StartServer();
        Http = _factory.CreateClient();
        using var patience = new CancellationTokenSource(Patience);
        while ((await Http.GetAsync("health", patience.Token)).StatusCode != HttpStatusCode.OK)
        {
            await Task.Delay(50, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await _factory.DisposeAsync();
    }

    internal Task<HttpResponseMessage> PostAsync(string json, CancellationToken cancellationToken) =>
        Http.PostAsync("rerank", new StringContent(json, Encoding.UTF8, "application/json"), cancellationToken);

    internal async Task<JsonElement> RerankAsync(object body, CancellationToken cancellationToken)
    {
        using var response = await Http.PostAsJsonAsync("rerank", body, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return answer;
    }
}
