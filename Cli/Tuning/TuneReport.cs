namespace EmbedPlatform.Cli.Tuning;

/// <summary>What tuning found.</summary>
/// <param name="Data">The data set's folder name.</param>
/// <param name="Split">Which judgements.</param>
/// <param name="Collection">The collection.</param>
/// <param name="Model">Its embedding model.</param>
/// <param name="Queries">How many judged queries.</param>
/// <param name="Folds">How many folds.</param>
/// <param name="Seed">What shuffled the queries and drew the test's signs.</param>
/// <param name="Current">How the collection ranks now.</param>
/// <param name="Fused">The best without a reranker.</param>
/// <param name="Reranked">The best with one; null where none was tried.</param>
/// <param name="Winner">Which rule is best: <c>current</c>, <c>fused</c> or <c>reranked</c>.</param>
/// <param name="Written">Whether it is the collection's now.</param>
internal sealed record TuneReport(
    string Data,
    string Split,
    string Collection,
    string Model,
    int Queries,
    int Folds,
    int Seed,
    CurrentRow Current,
    TunedRow Fused,
    TunedRow? Reranked,
    string Winner,
    bool Written
);

/// <summary>How the collection ranks now.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Ndcg">Its mean nDCG@10.</param>
internal sealed record CurrentRow(RankingRule Rule, double Ndcg);

/// <summary>The best rule of a family.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="InSample">Its mean nDCG@10 on the queries it was chosen on.</param>
/// <param name="OutOfFold">Mean nDCG@10 where each query is ranked by what was best on the other folds.</param>
/// <param name="Gain">That less the current rule's.</param>
/// <param name="P">How likely so large a difference is by chance: paired randomisation test, two-sided.</param>
/// <param name="FoldRules">What was chosen for each fold.</param>
internal sealed record TunedRow(
    RankingRule Rule,
    double InSample,
    double OutOfFold,
    double Gain,
    double P,
    IReadOnlyList<RankingRule> FoldRules
)
{
    /// <summary>The same against the best rule without a reranker, where this is one with it.</summary>
    public double? GainOverFused { get; init; }

    /// <summary>The p of that.</summary>
    public double? POverFused { get; init; }
}
