using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.ServiceDefaults.Tests;

public sealed class ProblemTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"customer_name": 5}""", "customer_name", "must be a string")]
    [InlineData("""{"lines": [{"text": "a"}, {"text": ["b"]}]}""", "lines[1].text", "must be a string")]
    [InlineData("""{"lines": [{"amount": "many"}]}""", "lines[0].amount", "must be a number")]
    [InlineData("""{"lines": 7}""", "lines", "must be an array")]
    [InlineData("""[1]""", "body", "must be an object")]
    [InlineData("""{"lines": [""", "lines[0]", "is not valid JSON")]
    [InlineData("""{nonsense""", "body", "is not valid JSON")]
    [InlineData("", "body", "")]
    public async Task An_invalid_body_is_rejected_with_the_name_of_the_field(string body, string field, string message)
    {
        await using var service = await SampleService.StartAsync();

        var response = await service.Http.PostAsync("/orders", new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);

        var problem = await ProblemOf(response, HttpStatusCode.BadRequest);
        Assert.Contains(message, problem.GetProperty("errors").GetProperty(field)[0].GetString());
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_rejected_with_the_limit()
    {
        await using var service = await SampleService.StartAsync();

        var response = await service.Http.PostAsync(
            "/orders",
            JsonContent.Create(new { customer_name = new string('x', 3_000_000) }),
            Cancellation
        );

        var problem = await ProblemOf(response, HttpStatusCode.RequestEntityTooLarge);
        Assert.Contains("2097152 bytes", problem.GetProperty("errors").GetProperty("body")[0].GetString());
    }

    [Fact]
    public async Task A_body_of_another_content_type_is_rejected()
    {
        await using var service = await SampleService.StartAsync();

        var response = await service.Http.PostAsync("/orders", new StringContent("hello", Encoding.UTF8, "text/plain"), Cancellation);

        await ProblemOf(response, HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("GET", "/nowhere", HttpStatusCode.NotFound)]
    [InlineData("GET", "/orders", HttpStatusCode.MethodNotAllowed)]
    public async Task An_unknown_route_is_a_problem_too(string method, string path, HttpStatusCode status)
    {
        await using var service = await SampleService.StartAsync();

        var response = await service.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancellation);

        await ProblemOf(response, status);
    }

    [Fact]
    public async Task A_mapped_exception_becomes_its_answer_with_Retry_After_in_whole_seconds()
    {
        await using var service = await SampleService.StartAsync();

        var response = await service.Http.GetAsync("/busy", Cancellation);

        var problem = await ProblemOf(response, HttpStatusCode.TooManyRequests);
        Assert.Equal("Too much.", problem.GetProperty("detail").GetString());
        Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task An_unknown_exception_reveals_no_internals()
    {
        await using var service = await SampleService.StartAsync();

        var response = await service.Http.GetAsync("/broken", Cancellation);

        var problem = await ProblemOf(response, HttpStatusCode.InternalServerError);
        Assert.DoesNotContain("secret", problem.ToString());
        Assert.True(problem.TryGetProperty("trace_id", out _), problem.ToString());
    }

    [Fact]
    public async Task AnswersAreInSnakeCase()
    {
        await using var service = await SampleService.StartAsync();

        var response = await service.Http.PostAsync(
            "/orders",
            new StringContent("""{"customer_name": "Ada"}""", Encoding.UTF8, "application/json"),
            Cancellation
        );

        Assert.Equal("""{"customer_name":"Ada"}""", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task AnswersDoNotNameTheServer()
    {
        await using var service = await SampleService.StartAsync();

        var response = await service.Http.GetAsync("/alive", Cancellation);

        Assert.Empty(response.Headers.Server);
    }

    private static async Task<JsonElement> ProblemOf(HttpResponseMessage response, HttpStatusCode status)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        return problem;
    }
}
