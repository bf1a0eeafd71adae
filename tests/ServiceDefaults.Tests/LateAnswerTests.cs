using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

/// <summary>
/// A deadline that passes about when the answer is there: the caller gets the one or the other, never a part of it or a broken pipe.
/// </summary>
public sealed class LateAnswerTests
{
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/written-late")]
    [InlineData("/returned-late")]
    [InlineData("/started-late")]
    [InlineData("/serialised-late")]
    public async Task A_response_that_would_start_after_the_deadline_is_a_504_and_nothing_else(string route)
    {
        await using var service = await StartAsync();

        using var response = await GetAsync(service, route);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Contains("not answered within 1 ms", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_response_that_starts_before_the_deadline_is_written_to_its_end()
    {
        await using var service = await StartAsync();

        using var response = await GetAsync(service, "/begun");

        Assert.Equal("begun and ended", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Neither_is_ever_truncated_when_both_coincide()
    {
        await using var service = await StartAsync();

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(async number =>
                {
                    using var response = await GetAsync(service, $"/race?after={18 + (number % 6)}");
                    return (response.StatusCode, (await response.Content.ReadAsByteArrayAsync(Cancellation)).Length);
                })
        );

        Assert.All(
            answers,
            answer => Assert.True(answer is (HttpStatusCode.OK, 1 << 18) or (HttpStatusCode.GatewayTimeout, < 1000), $"{answer}")
        );
    }

    private static async Task<HttpResponseMessage> GetAsync(SampleService service, string route)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, route) { Headers = { { "X-Request-Timeout-Ms", "1" } } };
        return await service.Http.SendAsync(request, Cancellation);
    }

    // What these routes wait for does not end with the deadline, as a model's run does not.
    private static Task<SampleService> StartAsync() =>
        SampleService.StartAsync(map: app =>
        {
            app.MapGet(
                "/written-late",
                async (HttpContext http) =>
                {
                    await Task.Delay(Late, CancellationToken.None);
                    await http.Response.WriteAsync("late", http.RequestAborted);
                }
            );
            app.MapGet(
                "/returned-late",
                async () =>
                {
                    await Task.Delay(Late, CancellationToken.None);
                    return "late";
                }
            );
            app.MapGet(
                "/started-late",
                async (HttpContext http) =>
                {
                    await Task.Delay(Late, CancellationToken.None);
                    await http.Response.StartAsync(http.RequestAborted);
                }
            );
            app.MapGet(
                "/serialised-late",
                async () =>
                {
                    await Task.Delay(Late, CancellationToken.None);
                    return TypedResults.Ok(new SampleService.Order("late", null));
                }
            );
            app.MapGet(
                "/begun",
                async (HttpContext http) =>
                {
                    await http.Response.WriteAsync("begun", http.RequestAborted);
                    await Task.Delay(Late, CancellationToken.None);
                    await http.Response.WriteAsync(" and ended", http.RequestAborted);
                }
            );
            app.MapGet(
                "/race",
                async (int after, HttpContext http) =>
                {
                    await Task.Delay(after, CancellationToken.None);
                    for (var written = 0; written < 1 << 18; written += 1 << 14)
                    {
                        await http.Response.Body.WriteAsync(new byte[1 << 14], http.RequestAborted);
                    }
                }
            );
        });
}
