using System.Net;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

public sealed class CorsTests
{
    private const string Shop = "https://shop.example";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, Shop, null)]
    [InlineData(Shop, Shop, Shop)]
    [InlineData(Shop, "https://thief.example", null)]
    [InlineData("*", Shop, "*")]
    public async Task Only_a_page_of_an_allowed_origin_may_read_the_answer(string? allowed, string origin, string? answered)
    {
        await using var service = await StartAsync(allowed);

        using var response = await SendAsync(service, HttpMethod.Get, "/busy", origin);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(answered, Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal(answered is null ? null : "Retry-After", Header(response, "Access-Control-Expose-Headers"));
        Assert.Null(Header(response, "Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task A_preflight_needs_no_key()
    {
        await using var service = await StartAsync(Shop);

        using var response = await SendAsync(
            service,
            HttpMethod.Options,
            "/orders",
            Shop,
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization")
        );
        using var request = await SendAsync(service, HttpMethod.Post, "/orders", Shop);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("authorization", Header(response, "Access-Control-Allow-Headers"));
        Assert.Equal(HttpStatusCode.Unauthorized, request.StatusCode);
        Assert.Equal(Shop, Header(request, "Access-Control-Allow-Origin"));

        Task<SampleService> StartAsync(string allowed) =>
            CorsTests.StartAsync(
                allowed,
                ("ApiKeys:Keys:0:Name", "a"),
                ("ApiKeys:Keys:0:Hash", new string('a', 64)),
                ("ApiKeys:Keys:0:Scopes", "admin")
            );
    }

    [Theory]
    [InlineData("http://evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("null", null, HttpStatusCode.Forbidden)]
    [InlineData("http://evil.example", "evil.example", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost:1", "localhost:2", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost:1", "localhost:1", HttpStatusCode.OK)]
    [InlineData("http://[::1]:1", "[::1]:1", HttpStatusCode.OK)]
    [InlineData(Shop, null, HttpStatusCode.OK)]
    [InlineData(null, "evil.example", HttpStatusCode.OK)]
    public async Task A_route_that_refuses_foreign_origins_answers_its_own_and_allowed_pages_and_other_clients(
        string? origin,
        string? host,
        HttpStatusCode status
    )
    {
        await using var service = await SampleService.StartAsync(
            builder => builder.Configuration.AddInMemoryCollection([new("Cors:Origins:0", Shop)]),
            app => app.MapPost("/guarded", context => context.Response.WriteAsync("done")).RefuseForeignOrigins()
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, "/guarded") { Headers = { Host = host } };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var response = await service.Http.SendAsync(request, Cancellation);

        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("shop.example")]
    [InlineData("https://shop.example/")]
    [InlineData("https://shop.example/page")]
    [InlineData("ftp://shop.example")]
    public async Task An_invalid_origin_stops_the_start(string origin)
    {
        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(origin));

        Assert.StartsWith("Cors:Origins:0 must be", Assert.Single(wrong.Failures));
    }

    private static async Task<HttpResponseMessage> SendAsync(
        SampleService service,
        HttpMethod method,
        string path,
        string origin,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { { "Origin", origin } } };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await service.Http.SendAsync(request, Cancellation);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    private static Task<SampleService> StartAsync(string? origin, params (string Key, string Value)[] settings) =>
        SampleService.StartAsync(builder =>
            builder.Configuration.AddInMemoryCollection(
                settings
                    .Append(("Cors:Origins:0", origin!))
                    .Where(setting => setting.Item2 is not null)
                    .Select(setting => KeyValuePair.Create(setting.Item1, (string?)setting.Item2))
            )
        );
}
