using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmbedPlatform.TestKit;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

public sealed class PressureTests
{
    private static readonly string[] Many =
    [
        .. Enumerable.Range(0, 400).Select(i => $"{i} {string.Join(' ', Enumerable.Repeat("word", 120))}"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_queue_is_429_with_Retry_After_and_admitted_requests_finish()
    {
        await using var service = new EmbedFixture(("Inference:QueueTokens", "1024"), ("Inference:Workers", "1"));
        await service.InitializeAsync();

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(_ => service.Http.PostAsJsonAsync("api/v1/embed", new { input = Many, priority = "bulk" }, Token))
        );

        Assert.All(
            answers,
            answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{answer.StatusCode}")
        );
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        await DrainedAsync(service);
        Assert.Equal(1, (await service.AskAsync(new { text = "again" }, Token)).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_service_with_a_full_queue_is_not_ready_until_there_is_room_again()
    {
        await using var service = new EmbedFixture(("Inference:QueueTokens", "1024"), ("Inference:Workers", "1"));
        await service.InitializeAsync();
        var call = service.Http.PostAsJsonAsync("api/v1/embed", new { input = Many }, Token);

        JsonElement? full = null;
        while (full is null && !call.IsCompleted)
        {
            using var health = await service.Http.GetAsync("health", Token);
            full =
                health.StatusCode == HttpStatusCode.ServiceUnavailable ? await health.Content.ReadFromJsonAsync<JsonElement>(Token) : null;
        }

        Assert.Contains("full", full?.GetProperty("checks").GetProperty("queue").GetString());
        Assert.Equal("cpu", full?.GetProperty("device").GetString());
        Assert.True(full?.GetProperty("model_loaded").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
        await DrainedAsync(service);
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("health", Token)).StatusCode);
    }

    [Fact]
    public async Task Interactive_work_that_is_not_done_in_time_is_504_and_bulk_work_has_no_limit()
    {
        await using var service = new EmbedFixture(("Embed:InteractiveDeadlineSeconds", "0.001"), ("Inference:Workers", "1"));
        await service.InitializeAsync();

        using var late = await service.Http.PostAsJsonAsync("api/v1/embed", new { input = Many }, Token);
        using var bulk = await service.Http.PostAsJsonAsync("api/v1/embed", new { input = Many, priority = "bulk" }, Token);

        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        Assert.Equal("application/problem+json", late.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.OK, bulk.StatusCode);
    }

    [Fact]
    public async Task A_disconnected_caller_cancels_its_queued_work()
    {
        await using var service = new EmbedFixture(("Inference:Workers", "1"), ("Inference:BatchTokens", "256"));
        await service.InitializeAsync();
        using var dropped = new DroppedTexts();
        using var leave = new CancellationTokenSource();
        string[] waiting = [.. Enumerable.Repeat(Many, 6).SelectMany(texts => texts)];
        var call = service.Http.PostAsJsonAsync("api/v1/embed", new { input = waiting, priority = "bulk" }, leave.Token);
        await Eventually.TrueAsync(
            () =>
            {
                Assert.False(call.IsCompleted, "the request ended before it was seen waiting");
                return IsQueuedAsync(service);
            },
            "the request waits"
        );

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await DrainedAsync(service);
        Assert.InRange(dropped.Count, 1, waiting.Length);
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("health", Token)).StatusCode);
    }

    private static Task DrainedAsync(EmbedFixture service) =>
        Eventually.TrueAsync(async () => !await IsQueuedAsync(service), "the queue is empty");

    private static async Task<bool> IsQueuedAsync(EmbedFixture service) =>
        (await service.Http.GetFromJsonAsync<JsonElement>("info", Token)).GetProperty("queued_tokens").GetInt64() > 0;
}
