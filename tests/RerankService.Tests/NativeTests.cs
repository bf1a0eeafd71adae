using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

/// <summary><c>POST /api/v1/rerank</c>.</summary>
public sealed class NativeTests(RerankFixture service) : IClassFixture<RerankFixture>
{
    private const string Route = "api/v1/rerank";

    private const string Query = "how do I compress a file";

    private const string Answer = "gzip: compress and decompress files";

    private static readonly string Filler = string.Join(' ', Enumerable.Repeat("A game of chess for the terminal.", 200));

    private static readonly string[] Documents = ["chess", $"{Filler} {Answer} {Filler}", Answer, "chess"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_long_document_is_truncated_and_marked()
    {
        var answer = await AskAsync(new { query = Query, documents = Documents });

        Assert.All(Results(answer), result => Assert.Equal(Index(result) == 1, result.GetProperty("truncated").GetBoolean()));
        Assert.All(Results(answer), result => Assert.False(result.TryGetProperty("windows", out _)));
        Assert.Equal(1, answer.GetProperty("usage").GetProperty("truncated").GetInt32());
        Assert.Equal(4, answer.GetProperty("usage").GetProperty("pairs").GetInt32());
        Assert.Equal("mini-rerank", answer.GetProperty("model").GetString());
        Assert.False(answer.TryGetProperty("fallback", out _));
    }

    [Fact]
    public async Task Windows_find_the_answer_inside_a_long_document_with_its_position()
    {
        var truncated = await AskAsync(
            new
            {
                query = Query,
                documents = Documents,
                raw_scores = true,
            }
        );

        var answer = await AskAsync(
            new
            {
                query = Query,
                documents = Documents,
                raw_scores = true,
                long_documents = "windows",
            }
        );

        var result = Of(answer, 1);
        var windows = result.GetProperty("windows");
        var (start, end) = (windows.GetProperty("start").GetInt32(), windows.GetProperty("end").GetInt32());
        Assert.Contains(Answer, Documents[1][start..end]);
        Assert.InRange(windows.GetProperty("best").GetInt32(), 1, windows.GetProperty("count").GetInt32() - 2);
        Assert.True(Score(result) > Score(Of(truncated, 1)));
        Assert.False(result.GetProperty("truncated").GetBoolean());
        Assert.Equal(windows.GetProperty("count").GetInt32() + 3, answer.GetProperty("usage").GetProperty("pairs").GetInt32());
        Assert.All([0, 2, 3], i => Assert.Equal(Score(Of(truncated, i)), Score(Of(answer, i)), 1e-5));
    }

    [Fact]
    public async Task A_window_scores_what_it_would_score_as_a_document()
    {
        var windows = Of(
            await AskAsync(
                new
                {
                    query = Query,
                    documents = Documents,
                    long_documents = "windows",
                }
            ),
            1
        );
        var (start, end) = (
            windows.GetProperty("windows").GetProperty("start").GetInt32(),
            windows.GetProperty("windows").GetProperty("end").GetInt32()
        );

        var alone = await AskAsync(new { query = Query, documents = new[] { Documents[1][start..end] } });

        Assert.Equal(Score(Results(alone)[0]), Score(windows), 1e-6);
    }

    [Fact]
    public async Task Text_behind_the_last_window_is_not_scored_and_the_response_reports_it()
    {
        var answer = await AskAsync(
            new
            {
                query = Query,
                documents = Documents,
                long_documents = "windows",
                max_windows = 2,
            }
        );

        Assert.Equal(2, Of(answer, 1).GetProperty("windows").GetProperty("count").GetInt32());
        Assert.True(Of(answer, 1).GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task Every_option_can_be_given_at_once()
    {
        var answer = await AskAsync(
            new
            {
                query = Query,
                documents = Documents,
                model = "mini-rerank",
                top_n = 2,
                return_documents = false,
                raw_scores = true,
                long_documents = "windows",
                max_windows = 64,
                priority = "bulk",
            }
        );

        Assert.Equal(2, answer.GetProperty("count").GetInt32());
        Assert.All(Results(answer), result => Assert.False(result.TryGetProperty("document", out _)));
    }

    [Theory]
    [InlineData("""{"query": "q", "documents": ["a"], "long_documents": "chunks"}""", "long_documents", "must be truncate or windows")]
    [InlineData("""{"query": "q", "documents": ["a"], "max_windows": 3}""", "max_windows", "requires long_documents to be windows")]
    [InlineData(
        """{"query": "q", "documents": ["a"], "long_documents": "windows", "max_windows": 65}""",
        "max_windows",
        "must be from 1 to 64"
    )]
    [InlineData("""{"query": "q", "documents": ["a"], "priority": "high"}""", "priority", "must be interactive or bulk")]
    public async Task An_invalid_option_is_a_problem_that_names_it(string body, string field, string message)
    {
        using var response = await service.Http.PostAsync(
            Route,
            new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
            Token
        );

        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(message, problem.GetProperty("errors").GetProperty(field)[0].GetString());
    }

    [Theory]
    [InlineData(Route, """{"query": "q", "documents": ["a"], "model": "no-such"}""", "detail")]
    [InlineData("rerank", """{"query": "q", "documents": ["a"], "model": "no-such"}""", "error")]
    [InlineData("rerank", """{"query": "q", "texts": ["a"], "model": "no-such"}""", "error")]
    public async Task A_model_that_is_not_served_is_404(string route, string body, string field)
    {
        using var response = await service.Http.PostAsync(
            route,
            new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
            Token
        );

        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("The model 'no-such' is not served here; available models: mini-rerank.", problem.GetProperty(field).GetString());
    }

    [Theory]
    [InlineData(Route, "documents", null)]
    [InlineData(Route, "documents", "windows")]
    [InlineData("rerank", "documents", null)]
    [InlineData("rerank", "texts", null)]
    [InlineData("v1/rerank", "documents", null)]
    [InlineData("v2/rerank", "documents", null)]
    public async Task A_caller_whose_time_has_passed_gets_504(string route, string field, string? longDocuments)
    {
        var body = new Dictionary<string, object?>
        {
            ["query"] = Query,
            [field] = Enumerable.Repeat(Filler, 200),
            ["long_documents"] = longDocuments,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = JsonContent.Create(body) };
        request.Headers.Add("X-Request-Timeout-Ms", "1");

        using var response = await service.Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
    }

    [Fact]
    public async Task The_legacy_servers_status_names_the_model()
    {
        var status = await service.Http.GetFromJsonAsync<JsonElement>("models/status", Token);

        Assert.Equal(
            ("mini-rerank", true),
            (status.GetProperty("reranker_model").GetString(), status.GetProperty("reranker_loaded").GetBoolean())
        );
    }

    private static JsonElement[] Results(JsonElement answer) => [.. answer.GetProperty("results").EnumerateArray()];

    private static JsonElement Of(JsonElement answer, int index) => Results(answer).Single(result => Index(result) == index);

    private static int Index(JsonElement result) => result.GetProperty("index").GetInt32();

    private static double Score(JsonElement result) => result.GetProperty("score").GetDouble();

    private async Task<JsonElement> AskAsync(object body)
    {
        using var response = await service.Http.PostAsJsonAsync(Route, body, Token);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.True(response.StatusCode == HttpStatusCode.OK, answer.ToString());
        return answer;
    }
}
