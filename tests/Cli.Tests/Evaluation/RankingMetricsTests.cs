using EmbedPlatform.Cli.Evaluation;

namespace EmbedPlatform.Cli.Tests.Evaluation;

public sealed class RankingMetricsTests
{
    private static readonly Dictionary<string, int> Judgements = new()
    {
        ["a"] = 2,
        ["b"] = 1,
        ["c"] = 1,
        ["x"] = 0,
    };

    [Fact]
    public void Ndcg_of_a_graded_ranking_is_what_the_formula_gives_by_hand()
    {
        // DCG: b at 1 = 1/log2(2) = 1; a at 3 = 2/log2(4) = 1. Ideal: 2/1 + 1/log2(3) + 1/log2(4) = 2 + 0.63093 + 0.5.
        var ndcg = RankingMetrics.Ndcg(["b", "x", "a", "z"], Judgements, 10);

        Assert.Equal(2 / 3.1309297536, ndcg, 9);
    }

    [Fact]
    public void Ndcg_of_the_ideal_ranking_is_1() => Assert.Equal(1, RankingMetrics.Ndcg(["a", "c", "b", "z"], Judgements, 10), 12);

    [Fact]
    public void Ndcg_looks_no_further_than_the_cutoff_also_for_the_ideal()
    {
        // The ideal at 1 is a (2); the ranking has b (1) there.
        Assert.Equal(0.5, RankingMetrics.Ndcg(["b", "a"], Judgements, 1), 12);
    }

    [Fact]
    public void Ndcg_does_not_punish_a_document_judged_negative_below_zero() =>
        Assert.Equal(1, RankingMetrics.Ndcg(["good", "bad"], new Dictionary<string, int> { ["good"] = 1, ["bad"] = -1 }, 10), 12);

    [Theory]
    [InlineData("a", 1.0)]
    [InlineData("x z c", 1.0 / 3)]
    [InlineData("z x", 0.0)]
    [InlineData("1 2 3 4 5 6 7 8 9 a", 0.1)]
    [InlineData("1 2 3 4 5 6 7 8 9 10 a", 0.0)]
    public void Reciprocal_rank_is_that_of_the_first_relevant_document(string ranking, double expected) =>
        Assert.Equal(expected, RankingMetrics.ReciprocalRank(ranking.Split(' '), Judgements, 10), 12);

    [Fact]
    public void Recall_is_the_share_of_relevant_documents_found() =>
        Assert.Equal(2.0 / 3, RankingMetrics.Recall(["x", "c", "a"], Judgements, 100), 12);

    [Fact]
    public void Recall_counts_only_up_to_the_cutoff() => Assert.Equal(1.0 / 3, RankingMetrics.Recall(["a", "z", "b"], Judgements, 2), 12);

    [Fact]
    public void A_query_without_relevant_documents_counts_0_everywhere()
    {
        var nothing = new Dictionary<string, int> { ["x"] = 0 };

        Assert.Equal(0, RankingMetrics.Ndcg(["x"], nothing, 10));
        Assert.Equal(0, RankingMetrics.ReciprocalRank(["x"], nothing, 10));
        Assert.Equal(0, RankingMetrics.Recall(["x"], nothing, 100));
    }

    [Theory]
    [InlineData(0.50, 3)]
    [InlineData(0.95, 5)]
    [InlineData(0.20, 1)]
    [InlineData(0.21, 2)]
    public void A_percentile_is_the_nearest_rank(double share, double expected) =>
        Assert.Equal(expected, RankingMetrics.Percentile([5, 1, 3, 2, 4], share));

    [Fact]
    public void A_percentile_of_nothing_is_0() => Assert.Equal(0, RankingMetrics.Percentile([], 0.5));
}
