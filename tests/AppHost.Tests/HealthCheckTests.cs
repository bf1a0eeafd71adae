using EmbedPlatform.AppHost.Health;
using EmbedPlatform.TestKit;
using HealthChecks.Redis;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace EmbedPlatform.AppHost.Tests;

/// <summary>How the AppHost finds out that a resource is ready.</summary>
public sealed class HealthCheckTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_begins_to_answer_during_the_check_is_healthy()
    {
        var port = FreePort.Next();
        var check = CheckAsync(new PromptHealthCheck(() => new RedisHealthCheck($"127.0.0.1:{port}")));
        Assert.False(check.IsCompleted);

        await using var redis = new RunningProgram(
            "redis-server",
            ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--dir", Path.GetTempPath()]
        );

        Assert.Equal(HealthStatus.Healthy, (await check).Status);
    }

    [Fact]
    public async Task An_address_where_nothing_listens_is_unhealthy_with_the_reason()
    {
        var result = await CheckAsync(
            new PromptHealthCheck(() => new HttpHealthCheck(new Uri($"http://127.0.0.1:{FreePort.Next()}/health")))
        );

        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.Contains("refused", result.Description, StringComparison.Ordinal);
    }

    private static Task<HealthCheckResult> CheckAsync(IHealthCheck check) =>
        check.CheckHealthAsync(
            new HealthCheckContext { Registration = new HealthCheckRegistration("check", check, HealthStatus.Unhealthy, []) },
            Cancelled
        );
}
