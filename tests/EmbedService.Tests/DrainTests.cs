using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

/// <summary>The end of a service that was told to end while it works, as its callers see it.</summary>
public sealed class DrainTests
{
    private static readonly string[] Many =
    [
        .. Enumerable.Range(0, 600).Select(i => $"{i} {string.Join(' ', Enumerable.Repeat("word", 120))}"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Running_requests_finish_while_new_ones_and_probes_get_a_503()
    {
        await using var service = await StartAsync("--Limits:DrainSeconds=300");
        var running = await RunningAsync(service);

        await service.TerminateAsync();

        var refused = await UntilUnhealthyAsync(service, running);
        Assert.Contains("draining", refused.GetProperty("checks").GetProperty("accepting").GetString());
        using var late = await service.Http.PostAsJsonAsync("api/v1/embed", new { input = "late" }, Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
        Assert.True(late.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        using var answer = await running;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Many.Length, (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("count").GetInt32());
        Assert.Equal(0, await service.EndedAsync());
    }

    [Fact]
    public async Task Unfinished_work_is_cancelled_at_the_deadline_with_a_response()
    {
        await using var service = await StartAsync("--Limits:DrainSeconds=0.2");
        var running = await RunningAsync(service);

        await service.TerminateAsync();

        using var answer = await running;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(0, await service.EndedAsync());
    }

    private static Task<ServiceProcess> StartAsync(string drain) =>
        ServiceProcess.StartAsync(typeof(Program), "--Inference:Model=use-lite", "--Inference:Workers=1", drain);

    /// <summary>A request that takes a while, seen at work.</summary>
    private static async Task<Task<HttpResponseMessage>> RunningAsync(ServiceProcess service)
    {
        var running = service.Http.PostAsJsonAsync("api/v1/embed", new { input = Many, priority = "bulk" }, Token);
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.False(running.IsCompleted, "the request ended before it was seen");
                return (await service.Http.GetFromJsonAsync<JsonElement>("info", Token)).GetProperty("queued_tokens").GetInt64() > 0;
            },
            "the request is at work"
        );
        return running;
    }

    private static async Task<JsonElement> UntilUnhealthyAsync(ServiceProcess service, Task running)
    {
        var health = await Eventually.BecomesAsync(
            () =>
            {
                Assert.False(running.IsCompleted, "the request ended before the probe was refused");
                return service.Http.GetAsync("health", Token);
            },
            health => health.StatusCode == HttpStatusCode.ServiceUnavailable,
            "the probe is refused"
        );
        return await health.Content.ReadFromJsonAsync<JsonElement>(Token);
    }
}
