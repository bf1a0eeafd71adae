using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

/// <summary><c>/v1/rerank</c> and <c>/v2/rerank</c> as Cohere's and Jina's clients speak them.</summary>
public sealed class CohereTests(RerankFixture service) : IClassFixture<RerankFixture>
{
    private const string Query = "how do I compress a file";

    private const string Answer = "gzip: compress and decompress files";

    private static readonly string Filler = string.Join(' ', Enumerable.Repeat("A game of chess for the terminal.", 200));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1", "1")]
    [InlineData("v2", "2")]
    public async Task Strings_are_ranked_with_relevance_scores_and_no_documents(string path, string version)
    {
        var answer = await AskAsync(
            path,
            new
            {
                model = "default",
                query = Query,
                documents = new[] { "chess", Answer, "chess" },
                top_n = 2,
            }
        );

        var results = answer.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal([1, 0], results.Select(result => result.GetProperty("index").GetInt32()));
        Assert.All(
            results,
            result => Assert.Equal(["index", "relevance_score"], result.EnumerateObject().Select(property => property.Name))
        );
        Assert.True(Guid.TryParse(answer.GetProperty("id").GetString(), out _));
        Assert.Equal(version, answer.GetProperty("meta").GetProperty("api_version").GetProperty("version").GetString());
        Assert.Equal(1, answer.GetProperty("meta").GetProperty("billed_units").GetProperty("search_units").GetInt32());
        Assert.Equal("mini-rerank", answer.GetProperty("model").GetString());
        Assert.True(answer.GetProperty("usage").GetProperty("total_tokens").GetInt64() > 20);
    }

    [Fact]
    public async Task Objects_are_ranked_by_their_text_and_come_back_whole()
    {
        var documents = new object[] { new { text = "chess", source = "a" }, new { text = Answer, source = "b" }, Answer };

        var results = (
            await AskAsync(
                "v1",
                new
                {
                    query = Query,
                    documents,
                    return_documents = true,
                }
            )
        ).GetProperty("results");

        Assert.Equal($$"""{"text":"{{Answer}}","source":"b"}""", results[0].GetProperty("document").GetRawText());
        Assert.Equal($$"""{"text":"{{Answer}}"}""", results[1].GetProperty("document").GetRawText());
        Assert.Equal(results[0].GetProperty("relevance_score").GetDouble(), results[1].GetProperty("relevance_score").GetDouble());
    }

    [Fact]
    public async Task Rank_fields_select_the_ranked_fields()
    {
        var documents = new[] { new { title = Answer, text = "chess" }, new { title = "chess", text = Answer } };

        var byTitle = await AskAsync(
            "v1",
            new
            {
                query = Query,
                documents,
                rank_fields = new[] { "title" },
            }
        );
        var byText = await AskAsync("v1", new { query = Query, documents });

        Assert.Equal((0, 1), (First(byTitle), First(byText)));
    }

    [Fact]
    public async Task The_answer_at_the_end_of_a_long_document_is_found_by_its_window()
    {
        var shortScore = Best(await AskAsync("v1", new { query = Query, documents = new[] { Answer } }));
        var body = new { query = Query, documents = new[] { $"{Filler} {Answer}" } };

        var whole = await AskAsync("v1", body);
        var cut = await AskAsync(
            "v1",
            new
            {
                body.query,
                body.documents,
                max_chunks_per_doc = 1,
            }
        );
        var tokens = await AskAsync(
            "v2",
            new
            {
                body.query,
                body.documents,
                max_tokens_per_doc = 100,
            }
        );

        Assert.True(Best(whole) > Best(cut), $"{Best(whole)} {Best(cut)} {shortScore}");
        Assert.False(whole.GetProperty("meta").TryGetProperty("warnings", out _));
        Assert.All(
            [cut, tokens],
            answer =>
                Assert.Equal(
                    "Truncated documents: 0.",
                    Assert.Single(answer.GetProperty("meta").GetProperty("warnings").EnumerateArray()).GetString()
                )
        );
    }

    [Theory]
    [InlineData("""{"documents": ["a"]}""", 400, "query: is required")]
    [InlineData("""{"query": "q"}""", 400, "documents: is required")]
    [InlineData("""{"query": "q", "documents": ["a", 3]}""", 400, "documents[1]: must be a string or an object")]
    [InlineData("""{"query": "q", "documents": ["a", null]}""", 400, "documents[1]: must be a string or an object")]
    [InlineData("""{"query": "q", "documents": ["a", {"title": "b"}]}""", 400, "documents[1]: must have text in text")]
    [InlineData("""{"query": "q", "documents": [{"text": 3}]}""", 400, "documents[0]: must have text in text")]
    [InlineData("""{"query": "q", "documents": ["a"], "top_n": 0}""", 400, "top_n: must be 1 or more")]
    [InlineData("""{"query": "q", "documents": ["a"], "max_chunks_per_doc": 0}""", 400, "max_chunks_per_doc: must be 1 or more")]
    [InlineData(
        """{"query": "q", "documents": ["a"], "model": "no-such"}""",
        404,
        "The model 'no-such' is not served here; available models: mini-rerank."
    )]
    [InlineData("""{"query": "q", "documents": [{"text": "\ud800"}]}""", 400, "documents[0]: is not valid Unicode")]
    public async Task A_rejection_has_its_reason_in_message(string body, int status, string message)
    {
        using var response = await service.Http.PostAsync(
            "v2/rerank",
            new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
            Token
        );

        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal((status, message), ((int)response.StatusCode, answer.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Both_kinds_of_client_can_list_the_models()
    {
        var models = await service.Http.GetFromJsonAsync<JsonElement>("v1/models", Token);

        Assert.Equal("mini-rerank", Assert.Single(models.GetProperty("data").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal("mini-rerank", Assert.Single(models.GetProperty("models").EnumerateArray()).GetProperty("name").GetString());
    }

    private static int First(JsonElement answer) => answer.GetProperty("results")[0].GetProperty("index").GetInt32();

    private static double Best(JsonElement answer) => answer.GetProperty("results")[0].GetProperty("relevance_score").GetDouble();

    private async Task<JsonElement> AskAsync(string version, object body)
    {
        using var response = await service.Http.PostAsJsonAsync($"{version}/rerank", body, Token);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.True(response.StatusCode == HttpStatusCode.OK, answer.ToString());
        return answer;
    }
}
