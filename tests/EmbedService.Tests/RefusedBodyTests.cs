using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.EmbedService.Tests;

public sealed class RefusedBodyTests(EmbedFixture service) : IClassFixture<EmbedFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"input": ["a", "  "]}""", "input[1]", "must not be blank")]
    [InlineData("""{"input": "\t\n"}""", "input", "must not be blank")]
    [InlineData("""{"input": []}""", "input", "must not be empty")]
    [InlineData("""{"input": ["a", null]}""", "input[1]", "must be a string")]
    [InlineData("""{"input": ["a", 5]}""", "input[1]", "must be a string")]
    [InlineData("""{"input": ["a", [5]]}""", "input[1]", "must be a string")]
    [InlineData("""{"input": 5}""", "input", "must be a string, a list of strings, a list of token ids, or a list of such lists")]
    [InlineData("""{"input": [5, "a"]}""", "input[1]", "must be a token id, a whole number")]
    [InlineData("""{"input": [[5], [1.5]]}""", "input[1][0]", "must be a token id, a whole number")]
    [InlineData("""{"input": [[5], 6]}""", "input[1]", "must be a list of token ids")]
    [InlineData("""{"input": [[5], []]}""", "input[1]", "must not be empty")]
    [InlineData("""{"input": [99999999999]}""", "input[0]", "must be a token id, a whole number")]
    [InlineData("""{"input": [[1], [-1]]}""", "input[1][0]", "is -1, which is not a token id of use-lite; ids range from 0 to 7999")]
    [InlineData("""{"input": [5, 8000]}""", "input[1]", "is 8000, which is not a token id of use-lite; ids range from 0 to 7999")]
    [InlineData(
        """{"input": [5], "model": "voyage-3"}""",
        "input",
        "holds token ids, but 'voyage-3' does not identify their vocabulary: "
            + "send text, or name the model that the ids belong to (use-lite, or a model of OpenAI)"
    )]
    [InlineData("""{"input": "\ud800"}""", "input", "is not valid Unicode")]
    [InlineData("""{"input": ["a", "\ud800"]}""", "input[1]", "is not valid Unicode")]
    [InlineData("""{}""", "input", "is required")]
    [InlineData("""{"input": "a", "input_type": "passage"}""", "input_type", "must be document or query")]
    [InlineData("""{"input": "a", "priority": "low"}""", "priority", "must be interactive or bulk")]
    [InlineData("""{"input": "a", "priority": 1}""", "priority", "must be a string")]
    [InlineData("""{"input": "a", "truncate": "middle"}""", "truncate", "must be right, left, error or chunk")]
    [InlineData("""{"input": [1], "truncate": "chunk"}""", "truncate", "chunk applies to texts, not to token ids")]
    [InlineData("""{"input": "a", "chunk_overlap": 3}""", "chunk_overlap", "requires truncate to be chunk")]
    [InlineData(
        """{"input": "a", "truncate": "chunk", "chunk_overlap": 65}""",
        "chunk_overlap",
        "must not exceed 64, half the 128 tokens that use-lite takes"
    )]
    [InlineData("""{"input": "a", "encoding": "hex"}""", "encoding", "must be float, base64, int8 or binary")]
    [InlineData("""{"input": "a", "outputs": []}""", "outputs", "must not be empty")]
    [InlineData("""{"input": "a", "outputs": ["dense", "late"]}""", "outputs[1]", "must be dense, sparse or colbert")]
    [InlineData("""{"input": "a", "outputs": ["sparse"]}""", "outputs", "use-lite has no sparse output; it has dense.")]
    [InlineData("""{"input": "a", "dimensions": 0}""", "dimensions", "must be 1 or more")]
    [InlineData("""{"input": "a", "dimensions": 513}""", "dimensions", "must be from 1 to 512 for use-lite")]
    public async Task A_wrong_field_is_a_problem_that_names_it(string body, string field, string message)
    {
        using var response = await service.PostToAsync("api/v1/embed", body, Token);

        var errors = await ErrorsOf(response, HttpStatusCode.BadRequest);
        Assert.True(errors.TryGetProperty(field, out var messages), errors.ToString());
        Assert.Equal([message], messages.EnumerateArray().Select(text => text.GetString()));
    }

    [Fact]
    public async Task Every_blank_text_is_named_not_only_the_first()
    {
        using var response = await service.PostToAsync("api/v1/embed", """{"input": ["", "a", " "]}""", Token);

        var errors = await ErrorsOf(response, HttpStatusCode.BadRequest);
        Assert.Equal(["input[0]", "input[2]"], errors.EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"input\": [\"a\"")]
    public async Task A_body_that_is_not_a_JSON_object_is_a_problem_that_names_the_body(string body)
    {
        using var response = await service.PostToAsync("api/v1/embed", body, Token);

        var errors = await ErrorsOf(response, HttpStatusCode.BadRequest);
        Assert.NotEmpty(errors.EnumerateObject());
    }

    [Fact]
    public async Task Three_megabytes_are_too_many()
    {
        using var response = await service.Http.PostAsJsonAsync(
            "api/v1/embed",
            new { input = new[] { new string('a', 3 * 1024 * 1024) } },
            Token
        );

        Assert.True((await ErrorsOf(response, HttpStatusCode.RequestEntityTooLarge)).TryGetProperty("body", out _));
    }

    [Fact]
    public async Task More_texts_than_a_request_may_hold_are_refused()
    {
        using var response = await service.Http.PostAsJsonAsync("api/v1/embed", new { input = Enumerable.Repeat("a", 10_001) }, Token);

        var errors = await ErrorsOf(response, HttpStatusCode.BadRequest);
        Assert.Equal("must not hold more than 10000 texts", errors.GetProperty("input")[0].GetString());
    }

    [Fact]
    public async Task A_body_of_another_type_is_415_and_another_method_is_405()
    {
        using var text = await service.Http.PostAsync("api/v1/embed", new StringContent("a"), Token);
        using var get = await service.Http.GetAsync("api/v1/embed", Token);

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
