using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmbedPlatform.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

public sealed class HealthTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_is_200_with_the_data_of_the_checks_if_all_are_healthy()
    {
        await using var service = await StartAsync(
            HealthCheckResult.Healthy(data: new Dictionary<string, object> { ["model"] = "tiny", ["dimension"] = 4 })
        );

        var response = await service.Http.GetAsync("/health", Cancellation);

        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("healthy", body.GetProperty("status").GetString());
        Assert.Equal("tiny", body.GetProperty("model").GetString());
        Assert.Equal(4, body.GetProperty("dimension").GetInt32());
    }

    [Fact]
    public async Task Health_is_503_with_the_failed_check_while_the_process_is_alive()
    {
        await using var service = await StartAsync(HealthCheckResult.Unhealthy("the model is being loaded"));

        var ready = await service.Http.GetAsync("/health", Cancellation);
        var alive = await service.Http.GetAsync("/alive", Cancellation);

        var body = await ready.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("unhealthy: the model is being loaded", body.GetProperty("checks").GetProperty("part").GetString());
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task A_starting_service_logs_no_warning_and_a_failing_one_logs_one_for_each_change()
    {
        var log = new LogLines();
        var state = HealthCheckResult.Unhealthy("still loading");
        await using var service = await SampleService.StartAsync(builder =>
        {
            builder.Logging.AddProvider(log);
            builder.Services.AddHealthChecks().AddCheck("part", () => state);
        });

        await ProbeAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Empty(log.From(LogLevel.Warning));
        state = HealthCheckResult.Healthy();
        await ProbeAsync(HttpStatusCode.OK);
        state = HealthCheckResult.Unhealthy("the database is away");
        await ProbeAsync(HttpStatusCode.ServiceUnavailable);

        Assert.Equal("Health: part is Unhealthy: the database is away", Assert.Single(log.From(LogLevel.Warning)));

        async Task ProbeAsync(HttpStatusCode expected)
        {
            for (var i = 0; i < 3; i++)
            {
                using var answer = await service.Http.GetAsync("/health", Cancellation);
                Assert.Equal(expected, answer.StatusCode);
            }
        }
    }

    private static Task<SampleService> StartAsync(HealthCheckResult part) =>
        SampleService.StartAsync(builder => builder.Services.AddHealthChecks().AddCheck("part", () => part));
}
