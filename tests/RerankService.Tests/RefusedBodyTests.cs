using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

public sealed class RefusedBodyTests(RerankFixture service) : IClassFixture<RerankFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"query": " ", "documents": ["a"]}""", "query", "must not be blank")]
    [InlineData("""{"documents": ["a"]}""", "query", "is required")]
    [InlineData("""{"query": 5, "documents": ["a"]}""", "query", "must be a string")]
    [InlineData("""{"query": "q"}""", "documents", "is required")]
    [InlineData("""{"query": "q", "documents": []}""", "documents", "must not be empty")]
    [InlineData("""{"query": "q", "documents": "a"}""", "documents", "must be an array of strings")]
    [InlineData("""{"query": "q", "documents": ["a", "b", "c", "\n"]}""", "documents[3]", "must not be blank")]
    [InlineData("""{"query": "q", "documents": ["a", {}]}""", "documents[1]", "must be a string")]
    [InlineData("""{"query": "q", "documents": ["a", null]}""", "documents[1]", "must be a string")]
    [InlineData("""{"query": "q", "documents": ["a"], "top_n": 0}""", "top_n", "must be 1 or more")]
    [InlineData("""{"query": "q", "documents": ["a"], "top_n": "x"}""", "top_n", "must be a number")]
    [InlineData("""{"query": "q", "documents": ["a"], "top_n": 1.5}""", "top_n", "must be a whole number from -2147483648 to 2147483647")]
    [InlineData("""{"query": "q", "documents": ["a"], "raw_scores": "yes"}""", "raw_scores", "must be true or false")]
    public async Task A_wrong_field_is_a_problem_that_names_it(string body, string field, string message)
    {
        using var response = await service.PostAsync(body, Token);

        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, problem.ToString());
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"{field}: {message}", problem.GetProperty("error").GetString());
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out var messages), problem.ToString());
        Assert.Equal([message], messages.EnumerateArray().Select(text => text.GetString()));
    }

    [Theory]
    [InlineData("application/json; charset=\"UTF-8\"", HttpStatusCode.OK)]
    [InlineData("application/json; charset=utf8", HttpStatusCode.OK)]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=nonsense", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_body_is_UTF_8_however_its_header_spells_that(string contentType, HttpStatusCode expected)
    {
        using var content = new ByteArrayContent("""{"query": "q", "documents": ["a"]}"""u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var response = await service.Http.PostAsync("rerank", content, Token);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_failure_is_JSON_whatever_the_client_accepts()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "no/such/route");
        request.Headers.TryAddWithoutValidation("Accept", "text/plain");

        using var response = await service.Http.SendAsync(request, Token);

        Assert.Equal(
            (HttpStatusCode.NotFound, "application/problem+json"),
            (response.StatusCode, response.Content.Headers.ContentType?.MediaType)
        );
    }

    [Fact]
    public async Task Three_megabytes_are_too_many()
    {
        using var response = await service.Http.PostAsJsonAsync(
            "rerank",
            new { query = "q", documents = new[] { new string('a', 3 * 1024 * 1024) } },
            Token
        );

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Health_info_and_the_OpenAPI_document_describe_the_service()
    {
        var health = await service.Http.GetFromJsonAsync<JsonElement>("health", Token);
        var info = await service.Http.GetFromJsonAsync<JsonElement>("info", Token);
        var document = await service.Http.GetFromJsonAsync<JsonElement>("openapi/v1.json", Token);

        Assert.Equal(("healthy", "mini-rerank"), (health.GetProperty("status").GetString(), health.GetProperty("model").GetString()));
        Assert.True(health.GetProperty("model_loaded").GetBoolean());
        Assert.Equal(("mini-rerank", 512), (info.GetProperty("model").GetString(), info.GetProperty("max_tokens").GetInt32()));
        Assert.Equal(
            "rerank",
            document.GetProperty("paths").GetProperty("/rerank").GetProperty("post").GetProperty("operationId").GetString()
        );
    }
}
