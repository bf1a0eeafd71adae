using System.Text.Json;
using Xunit;

namespace EmbedPlatform.RerankService.Tests;

public sealed class RerankingTests(RerankFixture service) : IClassFixture<RerankFixture>
{
    private const string Query = "how do I compress a file";

    private static readonly string[] Documents =
    [
        "A library for parsing wave sound headers.",
        "gzip: compress and decompress files",
        "A game of chess for the terminal.",
        "A library for parsing wave sound headers.",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_document_that_answers_comes_first_and_equal_ones_keep_their_order()
    {
        var answer = await service.AskAsync(new { query = Query, documents = Documents }, Token);

        var results = answer.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal((4, "mini-rerank"), (answer.GetProperty("count").GetInt32(), answer.GetProperty("model").GetString()));
        Assert.Equal(1, results[0].GetProperty("index").GetInt32());
        var scores = results.Select(Score).ToArray();
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.All(scores, score => Assert.InRange(score, 0, 1));
        Assert.All(results, result => Assert.Equal(Documents[Index(result)], result.GetProperty("document").GetString()));
        var (first, second) = (Array.FindIndex(results, r => Index(r) == 0), Array.FindIndex(results, r => Index(r) == 3));
        Assert.Equal((first + 1, scores[first]), (second, scores[second]));
    }

    [Fact]
    public async Task Raw_scores_are_the_logits_of_the_others()
    {
        var sigmoid = await service.AskAsync(new { query = Query, documents = Documents }, Token);
        var raw = await service.AskAsync(
            new
            {
                query = Query,
                documents = Documents,
                raw_scores = true,
            },
            Token
        );

        foreach (
            var (probability, logit) in sigmoid.GetProperty("results").EnumerateArray().Zip(raw.GetProperty("results").EnumerateArray())
        )
        {
            Assert.Equal(Index(probability), Index(logit));
            Assert.Equal(1 / (1 + Math.Exp(-Score(logit))), Score(probability), 1e-6);
        }

        Assert.Contains(raw.GetProperty("results").EnumerateArray(), result => Score(result) is < 0 or > 1);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(100, 4)]
    public async Task Top_n_returns_the_beginning_of_the_whole_ranking(int topN, int expected)
    {
        var all = await service.AskAsync(new { query = Query, documents = Documents }, Token);

        var top = await service.AskAsync(
            new
            {
                query = Query,
                documents = Documents,
                top_n = topN,
            },
            Token
        );

        Assert.Equal(expected, top.GetProperty("count").GetInt32());
        Assert.Equal(
            all.GetProperty("results").EnumerateArray().Take(expected).Select(result => result.ToString()),
            top.GetProperty("results").EnumerateArray().Select(result => result.ToString())
        );
    }

    [Fact]
    public async Task Documents_are_returned_only_on_request()
    {
        var answer = await service.AskAsync(
            new
            {
                query = Query,
                documents = Documents,
                return_documents = false,
            },
            Token
        );

        Assert.All(answer.GetProperty("results").EnumerateArray(), result => Assert.False(result.TryGetProperty("document", out _)));
    }

    [Fact]
    public async Task A_score_depends_neither_on_the_other_documents_nor_on_other_callers()
    {
        var together = await service.AskAsync(new { query = Query, documents = Documents }, Token);
        var expected = together.GetProperty("results").EnumerateArray().ToDictionary(Index, Score);

        await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(async i =>
                {
                    var alone = await service.AskAsync(new { query = Query, documents = new[] { Documents[i % 4] } }, Token);
                    Assert.Equal(expected[i % 4], Score(alone.GetProperty("results")[0]), 1e-6);
                })
        );
    }

    [Fact]
    public async Task A_truncated_document_is_marked()
    {
        var documents = new[] { string.Join(' ', Enumerable.Repeat("compress", 2_000)), "short" };

        var answer = await service.AskAsync(new { query = Query, documents }, Token);

        Assert.All(
            answer.GetProperty("results").EnumerateArray(),
            result => Assert.Equal(Index(result) == 0, result.GetProperty("truncated").GetBoolean())
        );
    }

    private static int Index(JsonElement result) => result.GetProperty("index").GetInt32();

    private static double Score(JsonElement result) => result.GetProperty("score").GetDouble();
}
