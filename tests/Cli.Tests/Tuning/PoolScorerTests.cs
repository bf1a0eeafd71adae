using EmbedPlatform.Cli.CommandLine;
using EmbedPlatform.Cli.Evaluation;
using EmbedPlatform.Cli.Tests.Ingestion;
using EmbedPlatform.Cli.Tuning;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tests.Tuning;

public sealed class PoolScorerTests
{
    private static readonly JudgedQuery[] Queries =
    [
        new("q1", "one", new Dictionary<string, int> { ["a"] = 1 }),
        new("q2", "two", new Dictionary<string, int> { ["a"] = 1 }),
    ];

    [Fact]
    public async Task Every_query_is_searched_once_for_its_whole_pool()
    {
        var asked = new List<SearchRequest>();
        var scored = await ScoreAsync(request =>
        {
            asked.Add(request);
            return Answer(score: 1);
        });

        Assert.Equal(["one", "two"], asked.Select(request => request.Query));
        Assert.All(
            asked,
            request => Assert.Equal((1000, false, RerankMode.Never), (request.Limit!.Value, request.Fill!.Value, request.Rerank!.Value))
        );
        Assert.All(scored, query => Assert.Equal(2, query.Candidates.Count));
    }

    [Fact]
    public async Task A_platform_that_fuses_otherwise_is_noticed_and_nothing_is_tuned()
    {
        var problem = await Assert.ThrowsAsync<CommandException>(() => ScoreAsync(_ => Answer(score: 0.9)));

        Assert.Contains("document a has contributions of 0.900000, but embedctl computes 1.000000", problem.Message);
    }

    [Fact]
    public async Task An_answer_that_lacks_a_part_ends_it_with_the_query_and_the_reason()
    {
        var problem = await Assert.ThrowsAsync<CommandException>(() =>
            ScoreAsync(_ => Answer(score: 1, "dense search was left out: away"))
        );

        Assert.Contains("query q1: dense search was left out: away", problem.Message);
    }

    private static Task<IReadOnlyList<ScoredQuery>> ScoreAsync(Func<SearchRequest, SearchResponse> answer) =>
        new PoolScorer(
            new ScriptedSearch { OnSearch = answer },
            "docs",
            new Terminal(Stream.Null, TextWriter.Null, TextWriter.Null)
        ).ScoreAsync(Queries, rerank: false, concurrency: 1, TestContext.Current.CancellationToken);

    // Two documents, by words alone: one deviation above and below the mean.
    private static SearchResponse Answer(double score, params string[] degraded) =>
        new(
            [Hit("a", score, 5), Hit("b", -1, 3)],
            new SearchMetadata(
                2,
                SearchMode.Hybrid,
                new RerankOutcome(false, "it was not requested", 0, 0),
                degraded,
                new SearchTimings(0, false, 0, 0, 0, 0, 0)
            )
            {
                Fusion = new FusionOutcome(FusionMode.Score, new LegWeights { Lexical = 1, Dense = 1 }, "a test"),
            }
        );

    private static SearchHit Hit(string id, double score, double lexical) =>
        new(id, score, null, null, null, new HitExplanation(new LegScore(1, lexical, score), null, null));
}
