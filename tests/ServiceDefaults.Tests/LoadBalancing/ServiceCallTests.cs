using System.Net;
using EmbedPlatform.ServiceDefaults.LoadBalancing;
using EmbedPlatform.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests.LoadBalancing;

/// <summary>What a service's HTTP client does, against real servers; only the waits are not waited for.</summary>
public sealed class ServiceCallTests
{
    private readonly HurryingClock _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://other/alive")]
    [InlineData("https+http://other/alive")]
    public async Task A_service_is_found_by_its_name(string address)
    {
        await using var other = await SampleService.StartAsync();
        await using var service = await CallerOfAsync(other);

        var response = await ClientOf(service).GetAsync(address, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task An_address_that_no_configuration_names_is_called_as_it_is()
    {
        await using var other = await SampleService.StartAsync();
        await using var service = await CallerOfAsync();

        Assert.Equal(
            HttpStatusCode.OK,
            (await ClientOf(service).GetAsync(new Uri(other.Http.BaseAddress!, "alive?deep=a%20b"), Cancellation)).StatusCode
        );
    }

    [Fact]
    public async Task Replicas_get_equal_shares()
    {
        await using var first = await ServingReplica.StartAsync();
        await using var second = await ServingReplica.StartAsync();
        await using var service = await CallerOfAsync(first.Service, second.Service);
        var client = ClientOf(service);

        for (var i = 0; i < 40; i++)
        {
            Assert.True((await client.SendAsync(Post(), Cancellation)).IsSuccessStatusCode);
        }

        Assert.Equal((20, 20), (first.Calls, second.Calls));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_refusal_that_says_when_to_come_back_sends_the_call_to_the_other_replica_at_once(int status)
    {
        await using var first = await ServingReplica.StartAsync(status, retryAfter: 1, until: 1);
        await using var second = await ServingReplica.StartAsync(status, retryAfter: 1, until: 0);
        await using var service = await CallerOfAsync(first.Service, second.Service);

        Assert.Equal("200 text", await SendAsync(service));
        Assert.Equal((1, 1), (first.Calls, second.Calls));
        Assert.Empty(_clock.Waits);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task The_only_replica_is_asked_again_when_it_said(int status)
    {
        await using var only = await ServingReplica.StartAsync(status, retryAfter: 1, until: 2);
        await using var service = await CallerOfAsync(only.Service);

        Assert.Equal("200 text", await SendAsync(service));
        Assert.Equal(3, only.Calls);
        Assert.All(_clock.Waits, wait => Assert.InRange(wait.TotalSeconds, 1, 1.25));
    }

    [Theory]
    [InlineData(429, null)]
    [InlineData(503, null)]
    [InlineData(503, 60)]
    [InlineData(500, 1)]
    [InlineData(502, 1)]
    [InlineData(504, 1)]
    [InlineData(408, 1)]
    [InlineData(400, 1)]
    public async Task Any_other_answer_is_the_callers(int status, int? retryAfter)
    {
        await using var first = await ServingReplica.StartAsync(status, retryAfter);
        await using var service = await CallerOfAsync(first.Service);

        Assert.Equal($"{status} text", await SendAsync(service));
        Assert.Equal(1, first.Calls);
    }

    [Fact]
    public async Task Attempts_are_bounded_and_the_last_answer_is_the_callers_with_what_it_says()
    {
        await using var only = await ServingReplica.StartAsync(429, retryAfter: 1);
        await using var service = await CallerOfAsync(only.Service);

        var response = await ClientOf(service).SendAsync(Post(), Cancellation);

        Assert.Equal(4, only.Calls);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Many_callers_of_a_service_in_trouble_repeat_no_more_than_the_budget_allows()
    {
        await using var only = await ServingReplica.StartAsync(429, retryAfter: 1);
        await using var service = await CallerOfAsync(
            ["--Calls:RetryReserve=5", "--Calls:RetryPercent=10"],
            only.Service.Http.BaseAddress!
        );

        for (var i = 0; i < 100; i++)
        {
            await SendAsync(service);
        }

        Assert.InRange(only.Calls, 105, 115);
    }

    [Fact]
    public async Task A_wait_that_would_outlast_the_callers_deadline_is_not_begun()
    {
        await using var only = await ServingReplica.StartAsync(429, retryAfter: 40);
        await using var service = await CallerOfAsync(
            ["--Calls:MaxRetryAfterSeconds=60", "--Calls:other:AttemptSeconds=35", "--Calls:other:TotalSeconds=35"],
            only.Service.Http.BaseAddress!
        );

        Assert.Equal("429 text", await SendAsync(service));
        Assert.Equal(1, only.Calls);
    }

    [Fact]
    public async Task A_dead_replica_costs_no_call_and_is_left_alone()
    {
        var dead = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await using var living = await ServingReplica.StartAsync();
        await using var service = await CallerOfAsync([], dead, living.Service.Http.BaseAddress!);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("200 text", await SendAsync(service));
        }

        Assert.Equal(20, living.Calls);
        Assert.Empty(_clock.Waits);
    }

    [Theory]
    [InlineData(true, "200 text")]
    [InlineData(false, "HttpRequestException")]
    public async Task A_connection_that_breaks_under_way_is_repeated_only_where_working_twice_does_no_harm(bool repeatable, string expected)
    {
        await using var first = await ServingReplica.StartAsync(abort: true);
        await using var second = await ServingReplica.StartAsync();
        await using var service = await CallerOfAsync(first.Service, second.Service);

        Assert.Equal(expected, await SendAsync(service, repeatable));
    }

    [Fact]
    public async Task A_replica_that_dies_in_the_middle_of_its_answer_has_not_answered()
    {
        await using var first = await ServingReplica.StartAsync(abortAfterHalf: true);
        await using var second = await ServingReplica.StartAsync();
        await using var service = await CallerOfAsync(first.Service, second.Service);

        Assert.Equal("200 text", await SendAsync(service, repeatable: true));
    }

    [Fact]
    public async Task A_service_without_any_answer_is_soon_not_called_and_the_caller_told_so_at_once()
    {
        var dead = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await using var service = await CallerOfAsync([], dead);
        await SendAsync(service);
        await SendAsync(service);
        _clock.Waits.Clear();

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => ClientOf(service).SendAsync(Post(), Cancellation));

        Assert.Contains("other did not answer the last attempts. The next attempt is allowed in", failure.Message);
        Assert.Empty(_clock.Waits);
    }

    [Fact]
    public async Task A_slow_answer_is_given_up_and_not_repeated()
    {
        await using var slow = await ServingReplica.StartAsync(hang: true);
        // Such a limit ends at once by the test's clock, perhaps before the service is reached.
        await using var service = await CallerOfAsync(
            ["--Calls:other:AttemptSeconds=29", "--Calls:other:TotalSeconds=100"],
            slow.Service.Http.BaseAddress!
        );

        var failure = await Assert.ThrowsAsync<TaskCanceledException>(() =>
            ClientOf(service).SendAsync(Post(repeatable: true), Cancellation)
        );

        Assert.IsType<TimeoutException>(failure.InnerException);
        Assert.InRange(slow.Calls, 0, 1);
    }

    [Fact]
    public async Task The_deadline_of_the_request_that_is_served_goes_with_the_call()
    {
        string? seen = null;
        await using var other = await SampleService.StartAsync(map: app =>
            app.MapGet(
                "/who",
                (HttpRequest request) =>
                {
                    seen = request.Headers["X-Request-Timeout-Ms"].ToString();
                    return "seen";
                }
            )
        );
        await using var service = await SampleService.StartAsync(
            map: app =>
                app.MapGet(
                    "/relay",
                    (IHttpClientFactory clients, CancellationToken token) =>
                        clients.CreateClient().GetStringAsync("http://other/who", token)
                ),
            options: [$"--services:other:http:0={other.Http.BaseAddress}"]
        );

        using var request = new HttpRequestMessage(HttpMethod.Get, "relay") { Headers = { { "X-Request-Timeout-Ms", "60000" } } };
        (await service.Http.SendAsync(request, Cancellation)).EnsureSuccessStatusCode();
        Assert.InRange(int.Parse(seen!, System.Globalization.CultureInfo.InvariantCulture), 1, 60000);

        await service.Http.GetStringAsync("relay", Cancellation);
        Assert.Equal("", seen);
    }

    [Fact]
    public async Task What_is_said_of_one_service_counts_for_it_alone()
    {
        await using var service = await CallerOfAsync(["--Calls:MaxAttempts=2", "--Calls:other:MaxAttempts=3"]);
        var options = service.Services.GetRequiredService<IOptionsMonitor<CallOptions>>();

        Assert.Equal((2, 3, 2), (options.CurrentValue.MaxAttempts, options.Get("other").MaxAttempts, options.Get("another").MaxAttempts));
    }

    [Theory]
    [InlineData("--Calls:other:MaxAttempts=0")]
    [InlineData("--Calls:other:TotalSeconds=1")]
    [InlineData("--Calls:MaxAttempts=99")]
    public async Task A_wrong_option_stops_the_start(string option) =>
        await Assert.ThrowsAsync<OptionsValidationException>(() => CallerOfAsync([option]));

    private static HttpRequestMessage Post(bool repeatable = false)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "http://other/work") { Content = new StringContent("text") };
        if (repeatable)
        {
            request.Options.Set(CallHandler.Repeatable, true);
        }

        return request;
    }

    private static HttpClient ClientOf(SampleService service) => service.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

    private static async Task<string> SendAsync(SampleService service, bool repeatable = false)
    {
        try
        {
            using var response = await ClientOf(service).SendAsync(Post(repeatable), Cancellation);
            return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)}";
        }
        catch (HttpRequestException failure)
        {
            return failure.GetType().Name;
        }
    }

    private Task<SampleService> CallerOfAsync(params SampleService[] others) =>
        CallerOfAsync([], [.. others.Select(other => other.Http.BaseAddress!)]);

    private Task<SampleService> CallerOfAsync(string[] options, params Uri[] others) =>
        SampleService.StartAsync(
            builder => builder.Services.AddSingleton<TimeProvider>(_clock),
            options: [.. options, .. others.Select((other, i) => $"--services:other:http:{i}={other}")]
        );
}
