using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmbedPlatform.Inference.ModelPools;
using EmbedPlatform.ServiceDefaults;
using EmbedPlatform.ServiceDefaults.Hosting;
using EmbedPlatform.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>A service between its start and the end of loading, held there by the test.</summary>
public sealed class LoadingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Until_it_is_loaded_a_service_is_alive_but_not_ready_and_sends_Retry_After()
    {
        var load = new TaskCompletionSource<Thing>();
        var thing = new Thing();
        var log = new LogLines();
        await using (var app = Build(load.Task, log))
        {
            await app.StartAsync(Token);
            using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("alive", Token)).StatusCode);
            using var health = await http.GetAsync("health", Token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
            var body = await health.Content.ReadFromJsonAsync<JsonElement>(Token);
            Assert.False(body.GetProperty("model_loaded").GetBoolean());
            Assert.Equal("unhealthy: still loading", body.GetProperty("checks").GetProperty("thing").GetString());
            using var early = await http.GetAsync("use", Token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);
            Assert.True(early.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
            Assert.Empty(log.From(LogLevel.Error));

            load.SetResult(thing);
            await Eventually.TrueAsync(async () => (await http.GetAsync("health", Token)).IsSuccessStatusCode, "the service is ready");
            Assert.Equal("used", await http.GetStringAsync("use", Token));
            Assert.False(thing.Disposed);
        }

        Assert.True(thing.Disposed);
    }

    private static WebApplication Build(Task<Thing> load, LogLines log)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.AddServiceDefaults();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddStartupValue<Thing>(
            "thing",
            (_, _) => load,
            (_, thing) => new Dictionary<string, object> { ["model_loaded"] = thing is not null }
        );
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGet("/use", (StartupValue<Thing> thing) => thing.Value.Use());
        return app;
    }

    private sealed class Thing : IAsyncDisposable
    {
        public bool Disposed { get; private set; }

        public string Use() => "used";

        public ValueTask DisposeAsync()
        {
            Disposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
