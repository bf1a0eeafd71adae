using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

public sealed class HealthTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_AllWell_Is200_AndTellsWhatTheChecksTell()
    {
        await using var service = await StartAsync(HealthCheckResult.Healthy(data: new Dictionary<string, object> { ["model"] = "tiny", ["dimension"] = 4 }));

        var response = await service.Http.GetAsync("/health", Cancellation);

        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("healthy", body.GetProperty("status").GetString());
        Assert.Equal("tiny", body.GetProperty("model").GetString());
        Assert.Equal(4, body.GetProperty("dimension").GetInt32());
    }

    [Fact]
    public async Task Health_SomethingIsAway_Is503_AndSaysWhat_WhileTheProcessIsAlive()
    {
        await using var service = await StartAsync(HealthCheckResult.Unhealthy("the model is being loaded"));

        var ready = await service.Http.GetAsync("/health", Cancellation);
        var alive = await service.Http.GetAsync("/alive", Cancellation);

        var body = await ready.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("unhealthy: the model is being loaded", body.GetProperty("checks").GetProperty("part").GetString());
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    private static Task<SampleService> StartAsync(HealthCheckResult part) =>
        SampleService.StartAsync(builder => builder.Services.AddHealthChecks().AddCheck("part", () => part));
}
