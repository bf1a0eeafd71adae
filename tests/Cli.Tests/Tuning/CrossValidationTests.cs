using EmbedPlatform.Cli.Tuning;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tests.Tuning;

public sealed class CrossValidationTests
{
    private static readonly RankingRule Words = new(FusionMode.Score, 1, 0);
    private static readonly RankingRule Vectors = new(FusionMode.Score, 0, 1);

    [Fact]
    public void Every_query_is_ranked_by_what_is_best_on_the_queries_of_the_other_folds()
    {
        var random = new Random(5);
        ScoredQuery[] queries = [.. Enumerable.Range(0, 23).Select(_ => Pools.Random(random))];

        var chosen = new CrossValidation(queries, folds: 4, seed: 9).Choose(RankingRule.Fused, TestContext.Current.CancellationToken);

        // Found again from the outside: a fold is a set of queries whose rule is the best of all the others.
        Assert.Equal(4, chosen.Folds.Count);
        Assert.All(
            queries.Index(),
            query => Assert.Contains(chosen.HeldOut[query.Index], chosen.Folds.Select(rule => query.Item.Ndcg(rule)))
        );
        Assert.Equal(queries.Average(query => query.Ndcg(chosen.Rule)), chosen.InSample, 12);
        Assert.Equal(RankingRule.Fused.Max(rule => queries.Average(query => query.Ndcg(rule))), chosen.InSample, 12);
        // What is chosen on all queries fits them at least as well as what was chosen without them.
        Assert.True(chosen.OutOfFold <= chosen.InSample);
    }

    [Fact]
    public void A_query_has_no_part_in_the_choice_of_its_own_rule()
    {
        // With two folds of one query each, every query gets the rule that the other one wants, which is wrong for it.
        ScoredQuery[] queries = [ByWords("a"), ByVectors("b")];

        var chosen = new CrossValidation(queries, folds: 2, seed: 1).Choose([Words, Vectors], TestContext.Current.CancellationToken);

        Assert.Equal(new[] { Words, Vectors }.ToHashSet(), chosen.Folds.ToHashSet());
        Assert.All(chosen.HeldOut, ndcg => Assert.Equal(1 / Math.Log2(3), ndcg, 12));
    }

    [Fact]
    public void Of_equally_good_rules_the_first_is_taken()
    {
        ScoredQuery[] queries = [ByWords("a"), ByWords("b"), ByWords("c"), ByWords("d")];

        var chosen = new CrossValidation(queries, folds: 2, seed: 1).Choose(
            [Words, new RankingRule(FusionMode.Rrf, 1, 0)],
            TestContext.Current.CancellationToken
        );

        Assert.Equal(Words, chosen.Rule);
    }

    [Fact]
    public void The_same_seed_makes_the_same_folds()
    {
        var random = new Random(5);
        ScoredQuery[] queries = [.. Enumerable.Range(0, 20).Select(_ => Pools.Random(random))];

        Assert.Equal(HeldOut(), HeldOut());

        double[] HeldOut() =>
            new CrossValidation(queries, folds: 5, seed: 2).Choose(RankingRule.Fused, TestContext.Current.CancellationToken).HeldOut;
    }

    private static ScoredQuery ByWords(string id) => Pools.Query([id], Pools.Document(id, 2, 1), Pools.Document("x", 1, 2));

    private static ScoredQuery ByVectors(string id) => Pools.Query([id], Pools.Document(id, 1, 2), Pools.Document("x", 2, 1));
}
