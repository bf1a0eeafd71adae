using EmbedPlatform.Cli.Tuning;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tests.Tuning;

public sealed class ScoredQueryTests
{
    [Fact]
    public void Scores_are_deviations_from_the_pools_mean_weighted_and_added_and_a_missing_one_counts_as_the_mean()
    {
        var query = Pools.Query(["a"], Pools.Document("a", 3, 0.1), Pools.Document("b", 1, 0.3), Pools.Document("c", null, 0.2));

        var scores = query.Score(new RankingRule(FusionMode.Score, 2, 0.5));

        // Words: mean 2, deviation 1; vectors: mean .2, deviation sqrt(.02 / 3).
        var step = 0.1 / Math.Sqrt(0.02 / 3);
        Assert.Equal(2 - (0.5 * step), scores[0], 12);
        Assert.Equal(-2 + (0.5 * step), scores[1], 12);
        Assert.Equal(0, scores[2], 12);
    }

    [Fact]
    public void Reciprocal_ranks_count_only_where_a_leg_found_the_document()
    {
        var query = Pools.Query(["a"], Pools.Document("a", 3, 0.1), Pools.Document("b", null, 0.3));

        var scores = query.Score(new RankingRule(FusionMode.Rrf, 1, 3));

        Assert.Equal((1.0 / 61) + (3.0 / 62), scores[0], 12);
        Assert.Equal(3.0 / 61, scores[1], 12);
    }

    [Fact]
    public void A_leg_whose_scores_are_all_equal_says_nothing()
    {
        var query = Pools.Query(["a"], Pools.Document("a", 2, 0.1), Pools.Document("b", 2, 0.3));

        Assert.Equal([0, 0], query.Score(new RankingRule(FusionMode.Score, 5, 0)));
    }

    [Fact]
    public void What_the_reranker_does_not_see_stays_behind_what_it_sees()
    {
        // Fused a, b, c; the reranker would have c first.
        var query = Pools.Query(["c"], Pools.Document("a", 3, 3, 0), Pools.Document("b", 2, 2, 1), Pools.Document("c", 1, 1, 50));

        Assert.Equal(1, query.Ndcg(new RankingRule(FusionMode.Score, 1, 1, 10, 3)));
        Assert.Equal(1 / Math.Log2(4), query.Ndcg(new RankingRule(FusionMode.Score, 1, 1, 10, 2)), 12);
    }

    [Fact]
    public void Over_what_the_reranker_saw_its_ranks_are_counted_anew()
    {
        // Of the first two by fusion b is the better one for the reranker: ranks 1 and 2 whatever c has.
        var query = Pools.Query(["b"], Pools.Document("a", 3, 3, 1), Pools.Document("b", 2, 2, 2), Pools.Document("c", 1, 1, 50));

        Assert.Equal(1, query.Ndcg(new RankingRule(FusionMode.Rrf, 1, 0, 1.01, 2)));
        Assert.Equal(1 / Math.Log2(3), query.Ndcg(new RankingRule(FusionMode.Rrf, 1, 0, 0.99, 2)), 12);
    }
}
