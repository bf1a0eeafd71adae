using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

public sealed class RefusedBodyTests(RunningService service) : IClassFixture<RunningService>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"texts": ["a", "  "]}""", "texts[1]", "must not be blank")]
    [InlineData("""{"texts": ["a", ""]}""", "texts[1]", "must not be blank")]
    [InlineData("""{"text": "\t\n"}""", "text", "must not be blank")]
    [InlineData("""{"texts": []}""", "texts", "must not be empty")]
    [InlineData("""{"texts": ["a", null]}""", "texts[1]", "must be a string")]
    [InlineData("""{"texts": ["a", 5]}""", "texts[1]", "must be a string")]
    [InlineData("""{"texts": "a"}""", "texts", "must be an array of strings")]
    [InlineData("""{"text": 5}""", "text", "must be a string")]
    [InlineData("""{"text": ["a"]}""", "text", "must be a string")]
    [InlineData("""{"text": "\ud800"}""", "text", "is not valid Unicode")]
    [InlineData("""{"text": "a", "texts": ["b"]}""", "texts", "give text or texts, not both")]
    [InlineData("""{}""", "texts", "text or texts is required")]
    [InlineData("""{"text": "a", "input_type": "passage"}""", "input_type", "must be document or query")]
    [InlineData("""{"text": "a", "priority": "low"}""", "priority", "must be interactive or bulk")]
    [InlineData("""{"text": "a", "priority": 1}""", "priority", "must be a string")]
    public async Task A_wrong_field_is_a_problem_that_names_it(string body, string field, string message)
    {
        using var response = await service.PostAsync(body, Token);

        var errors = await ErrorsOf(response, HttpStatusCode.BadRequest);
        Assert.True(errors.TryGetProperty(field, out var messages), errors.ToString());
        Assert.Equal([message], messages.EnumerateArray().Select(text => text.GetString()));
    }

    [Fact]
    public async Task Every_blank_text_is_named_not_only_the_first()
    {
        using var response = await service.PostAsync("""{"texts": ["", "a", " "]}""", Token);

        var errors = await ErrorsOf(response, HttpStatusCode.BadRequest);
        Assert.Equal(["texts[0]", "texts[2]"], errors.EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"texts\": [\"a\"")]
    public async Task A_body_that_is_no_JSON_object_is_a_problem_that_names_the_body(string body)
    {
        using var response = await service.PostAsync(body, Token);

        var errors = await ErrorsOf(response, HttpStatusCode.BadRequest);
        Assert.NotEmpty(errors.EnumerateObject());
    }

    [Fact]
    public async Task Three_megabytes_are_too_many()
    {
        using var response = await service.Http.PostAsJsonAsync("embed", new { texts = new[] { new string('a', 3 * 1024 * 1024) } }, Token);

        Assert.True((await ErrorsOf(response, HttpStatusCode.RequestEntityTooLarge)).TryGetProperty("body", out _));
    }

    [Fact]
    public async Task More_texts_than_a_request_may_hold_are_refused()
    {
        using var response = await service.Http.PostAsJsonAsync("embed", new { texts = Enumerable.Repeat("a", 10_001) }, Token);

        var errors = await ErrorsOf(response, HttpStatusCode.BadRequest);
        Assert.Equal("must not hold more than 10000 texts", errors.GetProperty("texts")[0].GetString());
    }

    [Fact]
    public async Task A_body_of_another_type_is_415_and_another_method_is_405()
    {
        using var text = await service.Http.PostAsync("embed", new StringContent("a"), Token);
        using var get = await service.Http.GetAsync("embed", Token);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Equal("application/problem+json", get.Content.Headers.ContentType?.MediaType);
    }

    private static async Task<JsonElement> ErrorsOf(HttpResponseMessage response, HttpStatusCode status)
    {
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {problem}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        return problem.GetProperty("errors");
    }
}
