using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Cli.Tests.Ingestion;
using EmbedPlatform.Client;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tests.Evaluation;

public sealed class ModeEvaluatorTests
{
    private static readonly EvalMode Reranked = EvalMode.ParseList("hybrid+rerank")![0];

    private static readonly JudgedQuery[] Queries =
    [
        new("q1", "finds it first", new Dictionary<string, int> { ["a"] = 1 }),
        new("q2", "finds it second", new Dictionary<string, int> { ["a"] = 1 }),
    ];

    [Fact]
    public async Task Metrics_are_means_over_the_queries()
    {
        var result = await RunAsync(request => Answer(request.Query == "finds it first" ? ["a", "b"] : ["b", "a"]));

        Assert.Equal((1 + (1 / Math.Log2(3))) / 2, result.NdcgAt10, 12);
        Assert.Equal(0.75, result.MrrAt10, 12);
        Assert.Equal(1, result.RecallAt100, 12);
        Assert.Equal((0, 0), (result.Failed, result.Degraded));
    }

    [Fact]
    public async Task A_query_that_fails_counts_as_0_and_is_told()
    {
        var result = await RunAsync(request =>
            request.Query == "finds it first" ? Answer(["a"]) : throw new PlatformException("the queue is full")
        );

        Assert.Equal((0.5, 1, 0), (result.NdcgAt10, result.Failed, result.Degraded));
        Assert.Equal("query q2: the queue is full", result.FirstProblem);
    }

    [Fact]
    public async Task An_answer_without_what_the_mode_is_about_counts_as_0_and_is_told()
    {
        var result = await RunAsync(request => Answer(["a"], reranked: request.Query == "finds it first"));

        Assert.Equal((0.5, 0, 1), (result.MrrAt10, result.Failed, result.Degraded));
        Assert.Contains("not reranked", result.FirstProblem);
    }

    private static Task<ModeResult> RunAsync(Func<SearchRequest, SearchResponse> answer) =>
        new ModeEvaluator(new ScriptedSearch { OnSearch = answer }, "docs", limit: 100, concurrency: 2).RunAsync(
            Reranked,
            Queries,
            () => { },
            TestContext.Current.CancellationToken
        );

    private static SearchResponse Answer(string[] ids, bool reranked = true) =>
        new(
            [.. ids.Select(id => new SearchHit(id, 1, null, id, null, new HitExplanation(null, null, null)))],
            new SearchMetadata(
                ids.Length,
                SearchMode.Hybrid,
                new RerankOutcome(reranked, reranked ? null : "the reranker is down", ids.Length, ids.Length),
                [],
                new SearchTimings(0, false, 0, 0, 0, 0, 0)
            )
        );
}
