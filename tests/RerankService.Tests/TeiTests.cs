using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

/// <summary><c>POST /rerank</c> as text-embeddings-inference speaks it.</summary>
public sealed class TeiTests(RerankFixture service) : IClassFixture<RerankFixture>
{
    private const string Query = "how do I compress a file";

    private static readonly string[] Texts =
    [
        "A game of chess for the terminal.",
        "gzip: compress and decompress files",
        "A game of chess for the terminal.",
    ];

    private static readonly string Long = string.Join(' ', Enumerable.Repeat("chess", 1_000)) + " compress a file";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_are_a_sorted_list_of_probabilities_without_the_text()
    {
        var ranks = await RanksAsync(new { query = Query, texts = Texts });

        Assert.Equal([1, 0, 2], ranks.Select(Index));
        Assert.All(ranks, rank => Assert.InRange(Score(rank), 0, 1));
        Assert.All(ranks, rank => Assert.Equal(["index", "score"], rank.EnumerateObject().Select(property => property.Name)));
    }

    [Fact]
    public async Task Raw_scores_and_texts_are_returned_on_request()
    {
        var ranks = await RanksAsync(
            new
            {
                query = Query,
                texts = Texts,
                raw_scores = true,
                return_text = true,
            }
        );
        var probabilities = await RanksAsync(new { query = Query, texts = Texts });

        Assert.All(ranks, rank => Assert.Equal(Texts[Index(rank)], rank.GetProperty("text").GetString()));
        Assert.All(ranks.Zip(probabilities), pair => Assert.Equal(1 / (1 + Math.Exp(-Score(pair.First))), Score(pair.Second), 1e-6));
    }

    [Fact]
    public async Task Headers_report_tokens_and_timings()
    {
        using var response = await service.Http.PostAsJsonAsync("rerank", new { query = Query, texts = Texts }, Token);

        Assert.Equal("mini-rerank", Header("X-Model"));
        Assert.Equal($"{Query.Length + Texts.Sum(text => text.Length)}", Header("x-compute-characters"));
        Assert.All(["x-compute-tokens"], name => Assert.InRange(int.Parse(Header(name)), 30, 100));
        Assert.All(
            ["x-total-time", "x-tokenization-time", "x-queue-time", "x-inference-time"],
            name => Assert.True(int.Parse(Header(name)) >= 0)
        );

        string Header(string name) => Assert.Single(response.Headers.GetValues(name));
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_truncated_at_the_requested_end_and_marked()
    {
        var right = Assert.Single(await RanksAsync(new { query = Query, texts = new[] { Long } }));
        var left = Assert.Single(
            await RanksAsync(
                new
                {
                    query = Query,
                    texts = new[] { Long },
                    truncate = true,
                    truncation_direction = "Left",
                }
            )
        );

        Assert.True(right.GetProperty("truncated").GetBoolean() && left.GetProperty("truncated").GetBoolean());
        Assert.True(Score(left) > Score(right));
    }

    [Theory]
    [InlineData("""{"query": "q", "texts": []}""", "texts: must not be empty")]
    [InlineData("""{"query": "q", "texts": ["a", " "]}""", "texts[1]: must not be blank")]
    [InlineData("""{"texts": ["a"]}""", "query: is required")]
    [InlineData("""{"query": "q", "texts": ["a"], "truncation_direction": "up"}""", "truncation_direction: must be Right or Left")]
    public async Task A_wrong_field_is_422_with_an_error_of_its_type(string body, string error)
    {
        using var response = await service.PostAsync(body, Token);

        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal((error, "Validation"), (answer.GetProperty("error").GetString(), answer.GetProperty("error_type").GetString()));
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_rejected_if_truncation_is_off()
    {
        using var response = await service.Http.PostAsJsonAsync(
            "rerank",
            new
            {
                query = "q",
                texts = new[] { "short", Long },
                truncate = false,
            },
            Token
        );

        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Matches(
            @"^texts\[1\]: has \d+ tokens with the query; the model takes at most 512$",
            answer.GetProperty("error").GetString()
        );
    }

    private static int Index(JsonElement rank) => rank.GetProperty("index").GetInt32();

    private static double Score(JsonElement rank) => rank.GetProperty("score").GetDouble();

    private async Task<JsonElement[]> RanksAsync(object body) => [.. (await service.AskAsync(body, Token)).EnumerateArray()];
}
