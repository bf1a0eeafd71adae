using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

public sealed class LimitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_that_arrives_too_slowly_is_408_and_the_connection_ends()
    {
        await using var service = await StartAsync([("Limits:BodyGraceSeconds", "1.5"), ("Limits:MinBodyBytesPerSecond", "1000")]);
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", service.Http.BaseAddress!.Port, Cancellation);
        await socket
            .GetStream()
            .WriteAsync(
                Encoding.ASCII.GetBytes(
                    "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
                ),
                Cancellation
            );

        var answer = await new StreamReader(socket.GetStream()).ReadToEndAsync(Cancellation);

        Assert.StartsWith("HTTP/1.1 408", answer);
        Assert.Contains("application/problem+json", answer);
    }

    [Fact]
    public async Task Requests_beyond_the_limit_are_429_while_probes_answer_until_there_is_room_again()
    {
        var inside = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var service = await StartAsync(
            [("Limits:MaxConcurrentRequests", "1")],
            app =>
                app.MapGet(
                    "/slow",
                    async () =>
                    {
                        inside.TrySetResult();
                        await release.Task;
                        return "done";
                    }
                )
        );
        var first = service.Http.GetStringAsync("/slow", Cancellation);
        await inside.Task.WaitAsync(Cancellation);

        using var second = await service.Http.GetAsync("/slow", Cancellation);
        using var probe = await service.Http.GetAsync("/health", Cancellation);
        release.SetResult();
        var answer = await first;
        using var third = await service.Http.GetAsync("/slow", Cancellation);

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), second.Headers.RetryAfter!.Delta);
        Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
        Assert.Equal("done", answer);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    public async Task Without_a_limit_many_requests_run_concurrently()
    {
        var (inside, release) = (0, new TaskCompletionSource());
        await using var service = await StartAsync(
            [("Limits:MaxConcurrentRequests", "0")],
            app =>
                app.MapGet(
                    "/slow",
                    () =>
                    {
                        if (Interlocked.Increment(ref inside) == 20)
                        {
                            release.SetResult();
                        }

                        return release.Task;
                    }
                )
        );

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => service.Http.GetAsync("/slow", Cancellation)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task After_the_deadline_the_answer_is_504_and_the_work_is_cancelled()
    {
        var cancelled = new TaskCompletionSource();
        await using var service = await StartAsync(
            [],
            app =>
                app.MapGet(
                    "/endless",
                    async (CancellationToken cancellationToken) =>
                    {
                        cancellationToken.Register(() => cancelled.TrySetResult());
                        await Task.Delay(Timeout.Infinite, cancellationToken);
                    }
                )
        );

        using var response = await GetAsync(service, "/endless", "50");

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Contains("50 ms", (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("detail").GetString());
        await cancelled.Task.WaitAsync(Cancellation);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("soon")]
    [InlineData("86400001")]
    [InlineData("")]
    public async Task An_invalid_deadline_is_rejected_with_the_name_of_the_header(string value)
    {
        await using var service = await StartAsync([]);

        using var response = await GetAsync(service, "/orders/deadline", value);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.True(problem.GetProperty("errors").TryGetProperty(RequestDeadline.Header, out _), problem.ToString());
    }

    [Fact]
    public async Task A_request_answered_in_time_is_unaffected()
    {
        await using var service = await StartAsync([]);

        using var response = await GetAsync(service, "/orders/deadline", "60000");

        Assert.Equal("\"named\"", await response.Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task<HttpResponseMessage> GetAsync(SampleService service, string path, string deadline)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(RequestDeadline.Header, deadline);
        return await service.Http.SendAsync(request, Cancellation);
    }

    private static Task<SampleService> StartAsync((string Key, string Value)[] settings, Action<WebApplication>? map = null) =>
        SampleService.StartAsync(
            builder =>
                builder.Configuration.AddInMemoryCollection(
                    settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))
                ),
            app =>
            {
                app.MapGet("/orders/deadline", (RequestDeadline deadline) => TypedResults.Ok(deadline.At is null ? "none" : "named"));
                map?.Invoke(app);
            }
        );
}
