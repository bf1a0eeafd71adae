using System.Net;
using EmbedPlatform.Client.Search;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EmbedPlatform.Client.Tests;

/// <summary>A task followed over server-sent events.</summary>
public sealed class FollowTaskTests
{
    private static readonly Guid Id = Guid.NewGuid();

    private readonly TaskCompletionSource _seen = new();

    private int _streams;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_is_returned_on_each_change_until_it_is_finished()
    {
        await using var server = await WireServer.StartAsync(context => TellAsync(context, Moving(2), Moving(1), Finished()));

        var tasks = await FollowAsync(server);

        Assert.Equal([2, 1, 0], tasks.Select(task => task.Pending));
        Assert.Equal(1, _streams);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_breaks_or_ends_too_early_is_reopened(bool breaks)
    {
        await using var server = await WireServer.StartAsync(async context =>
        {
            await TellAsync(context, _streams == 0 ? Moving(2) : Finished());
            if (breaks && _streams == 1)
            {
                await _seen.Task.WaitAsync(TimeSpan.FromMinutes(1));
                context.Abort();
            }
        });

        Assert.Equal([2, 0], (await FollowAsync(server)).Select(task => task.Pending));
        Assert.Equal(2, _streams);
    }

    [Fact]
    public async Task A_busy_service_is_retried_after_its_Retry_After()
    {
        await using var server = await WireServer.StartAsync(context =>
            _streams < 5 ? RefuseAsync(context, 503) : TellAsync(context, Finished())
        );

        Assert.Single(await FollowAsync(server));
        Assert.Equal(6, _streams);
    }

    [Fact]
    public async Task A_service_that_stays_unreachable_is_reported()
    {
        await using var server = await WireServer.StartAsync(context => RefuseAsync(context, 503));

        var refused = await Assert.ThrowsAsync<PlatformException>(() => FollowAsync(server));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Equal(6, _streams);
    }

    [Fact]
    public async Task Streams_without_an_event_are_not_reopened_forever()
    {
        await using var server = await WireServer.StartAsync(context => TellAsync(context));

        await Assert.ThrowsAsync<PlatformException>(() => FollowAsync(server));

        Assert.Equal(6, _streams);
    }

    [Fact]
    public async Task A_missing_task_is_reported_at_once()
    {
        await using var server = await WireServer.StartAsync(context => RefuseAsync(context, 404));

        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<PlatformException>(() => FollowAsync(server))).Status);
        Assert.Equal(1, _streams);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    public async Task An_event_that_is_not_a_task_is_reported_at_once(string data)
    {
        await using var server = await WireServer.StartAsync(context => TellAsync(context, data));

        Assert.Contains("cannot read", (await Assert.ThrowsAsync<PlatformException>(() => FollowAsync(server))).Message);
        Assert.Equal(1, _streams);
    }

    [Fact]
    public async Task A_caller_can_end_a_silent_stream()
    {
        await using var server = await WireServer.StartAsync(async context =>
        {
            await TellAsync(context, Moving(1));
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var seen = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in new SearchClient(server.Address).FollowTaskAsync(Id, enough.Token))
            {
                seen++;
                await enough.CancelAsync();
            }
        });

        Assert.Equal(1, seen);
    }

    private async Task<List<UploadTask>> FollowAsync(WireServer server)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Token);
        timeout.CancelAfter(TimeSpan.FromMinutes(1));
        var tasks = new List<UploadTask>();
        await foreach (var task in new SearchClient(server.Address).FollowTaskAsync(Id, timeout.Token))
        {
            tasks.Add(task);
            _seen.TrySetResult();
        }

        return tasks;
    }

    private async Task TellAsync(HttpContext context, params string[] events)
    {
        context.Response.ContentType = "text/event-stream";
        Assert.Equal($"/api/v1/tasks/{Id}/events", context.Request.Path);
        foreach (var data in events)
        {
            await context.Response.WriteAsync($"event: progress\ndata: {data}\n\n");
            await context.Response.Body.FlushAsync();
        }

        _streams++;
    }

    private async Task RefuseAsync(HttpContext context, int status)
    {
        _streams++;
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = "0";
        await context.Response.WriteAsync("");
    }

    private static string Moving(int pending) =>
        $$"""{"id":"{{Id}}","collection":"c","state":"embedding","received":2,"written":2,"unchanged":0,"""
        + $$""" "pending":{{pending}},"failed":0,"error_count":0,"documents_per_second":1.5,"created_at":"2026-01-01T00:00:00Z"}""";

    private static string Finished() =>
        Moving(0).Replace("\"embedding\"", "\"completed\"").Replace("}", ""","finished_at":"2026-01-01T00:00:09Z"}""");
}
