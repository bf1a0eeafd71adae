using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EmbedPlatform.ServiceDefaults.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

/// <summary>Routes with an <see cref="ErrorShape"/> tell every failure in it.</summary>
public sealed class ErrorShapeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{\"customer_name\": 5}", "customer_name: must be a string")]
    [InlineData("{nonsense", "body: is not valid JSON")]
    [InlineData("", "body: ")]
    [InlineData("{\"customer_name\": \"\\ud800\"}", "customer_name: is not valid Unicode")]
    [InlineData("{\"customer_name\": \"blank\"}", "customer_name: must not be blank")]
    public async Task An_invalid_body_is_reported_in_the_shape_with_its_status(string body, string error)
    {
        await using var service = await StartAsync();

        using var response = await PostAsync(service, body);

        var (status, told) = await ErrorOf(response);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal(422, status);
        Assert.StartsWith(error, told);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=nonsense")]
    public async Task Another_content_type_is_415_in_the_shape(string type)
    {
        await using var service = await StartAsync();
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var response = await service.Http.PostAsync("/shaped/orders", content, Cancellation);

        await ErrorOf(response);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_too_long_is_413_in_the_shape_whether_its_length_is_known_or_not(bool chunked)
    {
        await using var service = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/shaped/orders")
        {
            Content = JsonContent.Create(new { customer_name = new string('x', 3_000_000) }),
        };
        request.Headers.TransferEncodingChunked = chunked;
        if (!chunked)
        {
            await request.Content.LoadIntoBufferAsync(Cancellation);
        }

        using var response = await service.Http.SendAsync(request, Cancellation);

        var (_, error) = await ErrorOf(response);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("2097152 bytes", error);
    }

    [Fact]
    public async Task A_busy_service_keeps_Retry_After()
    {
        await using var service = await StartAsync();

        using var response = await service.Http.GetAsync("/shaped/busy", Cancellation);

        var (_, error) = await ErrorOf(response);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal("Too much.", error);
        Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task A_request_beyond_the_limit_is_reported_in_the_shape_with_Retry_After()
    {
        var inside = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var service = await SampleService.StartAsync(
            builder => builder.Configuration.AddInMemoryCollection([new("Limits:MaxConcurrentRequests", "1")]),
            app =>
                app.MapGet(
                        "/shaped/slow",
                        () =>
                        {
                            inside.TrySetResult();
                            return release.Task;
                        }
                    )
                    .WithErrorShape(new PlainShape())
        );
        var first = service.Http.GetAsync("/shaped/slow", Cancellation);
        await inside.Task.WaitAsync(Cancellation);

        using var response = await service.Http.GetAsync("/shaped/slow", Cancellation);
        release.SetResult();

        var (_, error) = await ErrorOf(response);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal("The service is at its limit of 1 concurrent requests (option Limits:MaxConcurrentRequests).", error);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
    }

    [Theory]
    [InlineData("broken", HttpStatusCode.InternalServerError)]
    [InlineData("late", HttpStatusCode.GatewayTimeout)]
    [InlineData("bare", HttpStatusCode.Forbidden)]
    public async Task Any_failure_of_the_route_is_reported_in_the_shape_without_internals(string route, HttpStatusCode status)
    {
        await using var service = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/shaped/{route}") { Headers = { { "Accept", "text/html" } } };

        using var response = await service.Http.SendAsync(request, Cancellation);

        Assert.Equal(status, response.StatusCode);
        Assert.DoesNotContain("secret", (await ErrorOf(response)).Error);
    }

    [Fact]
    public async Task A_route_without_a_shape_answers_problem_json_and_so_does_an_unknown_route()
    {
        await using var service = await StartAsync();

        using var validation = await service.Http.PostAsync(
            "/orders",
            new StringContent("[]", Encoding.UTF8, "application/json"),
            Cancellation
        );
        using var unknown = await service.Http.GetAsync("/shaped/nowhere", Cancellation);

        Assert.Equal("application/problem+json", validation.Content.Headers.ContentType?.MediaType);
        Assert.Equal("application/problem+json", unknown.Content.Headers.ContentType?.MediaType);
    }

    private static Task<HttpResponseMessage> PostAsync(SampleService service, string body) =>
        service.Http.PostAsync("/shaped/orders", new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);

    private static Task<SampleService> StartAsync() =>
        SampleService.StartAsync(map: app =>
        {
            var shaped = app.MapGroup("/shaped").WithErrorShape(new PlainShape());
            shaped.MapPost(
                "/orders",
                Results<Ok, ValidationProblem> (SampleService.Order order) =>
                    order.CustomerName == "blank" ? Problems.Invalid("customer_name", "must not be blank") : TypedResults.Ok()
            );
            shaped.MapGet("/busy", IResult () => throw new TimeoutException());
            shaped.MapGet("/broken", IResult () => throw new InvalidOperationException("secret of the house"));
            shaped.MapGet("/late", () => Problems.TooLate("It took too long."));
            shaped.MapGet("/bare", () => TypedResults.StatusCode(403));
        });

    private static async Task<(int Status, string Error)> ErrorOf(HttpResponseMessage response)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(["error", "status"], body.EnumerateObject().Select(field => field.Name).Order());
        return (body.GetProperty("status").GetInt32(), body.GetProperty("error").GetString()!);
    }

    private sealed class PlainShape : ErrorShape
    {
        public override int Status(ProblemDetails problem) => problem.Status == 400 ? 422 : base.Status(problem);

        public override object Body(ProblemDetails problem) => new { Error = problem.Detail ?? problem.Title, Status = Status(problem) };
    }
}
