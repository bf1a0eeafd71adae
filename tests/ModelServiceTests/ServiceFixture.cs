using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EmbedPlatform.TestKit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EmbedPlatform.ModelServiceTests;

/// <summary>A service in Kestrel on a free port with a model, ready when the test begins.</summary>
/// <param name="route">The service's main route.</param>
/// <param name="model">The model it loads.</param>
/// <param name="settings">Further settings.</param>
public abstract class ServiceFixture<TProgram>(string route, string model, IReadOnlyList<(string Key, string Value)> settings)
    : IAsyncLifetime
    where TProgram : class
{
    private WebApplicationFactory<TProgram>? _factory;

    public HttpClient Http { get; private set; } = null!;

    /// <summary>What the service is made of.</summary>
    public IServiceProvider Services => _factory!.Services;

    public async ValueTask InitializeAsync()
    {
        await InstallAsync();
        _factory = new WebApplicationFactory<TProgram>().WithWebHostBuilder(host =>
        {
            host.UseUrls("http://127.0.0.1:0");
            host.UseSetting("Inference:Model", model);
            foreach (var (key, value) in settings)
            {
                host.UseSetting(key, value);
            }

            host.ConfigureTestServices(ConfigureServices);
        });
        _factory.UseKestrel();
        _factory.StartServer();
        Http = _factory.CreateClient();
        // A body that is too long is refused before it is sent; sent, it may meet a connection that is closed already.
        Http.DefaultRequestHeaders.ExpectContinue = true;
        await Eventually.TrueAsync(async () => (await Http.GetAsync("health")).StatusCode == HttpStatusCode.OK, "the service is ready");
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http?.Dispose();
        if (_factory is not null)
        {
            await _factory.DisposeAsync();
        }
    }

    public Task<HttpResponseMessage> PostAsync(string json, CancellationToken cancellationToken) =>
        Http.PostAsync(route, new StringContent(json, Encoding.UTF8, "application/json"), cancellationToken);

    /// <summary>Posts a body that has to succeed.</summary>
    public async Task<JsonElement> AskAsync(object body, CancellationToken cancellationToken)
    {
        using var response = await Http.PostAsJsonAsync(route, body, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return answer;
    }

    /// <summary>Fetches the model where it is not part of the repository, or skips.</summary>
    protected virtual Task InstallAsync() => Task.CompletedTask;

    /// <summary>Puts services of the test in the place of the service's own.</summary>
    protected virtual void ConfigureServices(IServiceCollection services) { }
}
