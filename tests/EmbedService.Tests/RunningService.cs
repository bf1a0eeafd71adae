using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EmbedPlatform.Inference;
using EmbedPlatform.Inference.Models;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>EmbedService in Kestrel on a free port, with USE-lite.</summary>
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
            host.UseSetting("Inference:Model", "use-lite");
            foreach (var (key, value) in settings)
            {
                host.UseSetting(key, value);
            }
        });

    public HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await InstallAsync();
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
        Http.PostAsync("embed", new StringContent(json, Encoding.UTF8, "application/json"), cancellationToken);

    internal async Task<JsonElement> EmbedAsync(object body, CancellationToken cancellationToken)
    {
        using var response = await Http.PostAsJsonAsync("embed", body, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return answer;
    }

    private static async Task InstallAsync()
    {
        var store = ModelStore.Open(new InferenceOptions());
        if (store.Find("use-lite") is not null)
        {
            return;
        }

        try
        {
            await store.PullAsync("use-lite", null, CancellationToken.None);
        }
        catch (ModelException unavailable)
        {
            Assert.Skip($"needs use-lite: {unavailable.Message}");
        }
    }
}
