using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

public sealed class ServiceCallTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://other/alive")]
    [InlineData("https+http://other/alive")]
    public async Task AServiceIsFoundByItsName(string address)
    {
        await using var other = await SampleService.StartAsync();
        await using var service = await StartCallerOfAsync(other);

        var response = await ClientOf(service).GetAsync(address, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task SeveralAddressesAreTakenInTurn()
    {
        await using var first = await SampleService.StartAsync(map: app => app.MapGet("/who", () => "first"));
        await using var second = await SampleService.StartAsync(map: app => app.MapGet("/who", () => "second"));
        await using var service = await StartCallerOfAsync(first, second);
        var client = ClientOf(service);

        var answers = new HashSet<string>();
        for (var i = 0; i < 4; i++)
        {
            answers.Add(await client.GetStringAsync("http://other/who", Cancellation));
        }

        Assert.Equal(["first", "second"], answers.Order());
    }

    [Fact]
    public async Task AReadThatFailsForAMoment_IsTriedAgain()
    {
        var calls = 0;
        await using var other = await SampleService.StartAsync(map: app => app.MapGet(
            "/moody", () => Interlocked.Increment(ref calls) < 3 ? Results.StatusCode(503) : Results.Text("well")));
        await using var service = await StartCallerOfAsync(other);

        Assert.Equal("well", await ClientOf(service).GetStringAsync("http://other/moody", Cancellation));
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task AWriteThatFails_IsNotRepeatedBehindTheCallersBack()
    {
        var calls = 0;
        await using var other = await SampleService.StartAsync(map: app => app.MapPost(
            "/moody", () =>
            {
                Interlocked.Increment(ref calls);
                return Results.StatusCode(503);
            }));
        await using var service = await StartCallerOfAsync(other);

        var response = await ClientOf(service).PostAsync("http://other/moody", null, Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, calls);
    }

    private static Task<SampleService> StartCallerOfAsync(params SampleService[] others) =>
        SampleService.StartAsync(builder => builder.Configuration.AddInMemoryCollection(
            others.Select((other, i) => KeyValuePair.Create($"services:other:http:{i}", other.Http.BaseAddress?.ToString()))));

    private static HttpClient ClientOf(SampleService service) => service.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
}
