namespace EmbedPlatform.Cli.Tuning;

/// <summary>The result of tuning.</summary>
/// <param name="Data">The data set's folder name.</param>
/// <param name="Split">The judgements' split.</param>
/// <param name="Collection">The collection.</param>
/// <param name="Model">Its embedding model.</param>
/// <param name="Queries">The number of judged queries.</param>
/// <param name="Folds">The number of folds.</param>
/// <param name="Seed">The seed of the shuffle and the test.</param>
/// <param name="Current">The collection's current rule.</param>
/// <param name="Fused">The best rule without a reranker.</param>
/// <param name="Reranked">The best rule with a reranker; null if none was tried.</param>
/// <param name="Winner">The best rule: <c>current</c>, <c>fused</c> or <c>reranked</c>.</param>
/// <param name="Written">Whether it was written to the collection.</param>
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

/// <summary>The collection's current rule.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Ndcg">Its mean nDCG@10.</param>
internal sealed record CurrentRow(RankingRule Rule, double Ndcg);

/// <summary>The best rule of a family.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="InSample">Its mean nDCG@10 on all queries.</param>
/// <param name="OutOfFold">The cross-validated mean nDCG@10.</param>
/// <param name="Gain">The difference of OutOfFold to the current rule.</param>
/// <param name="P">The p of the gain: paired randomisation test, two-sided.</param>
/// <param name="FoldRules">The rule of each fold.</param>
internal sealed record TunedRow(
    RankingRule Rule,
    double InSample,
    double OutOfFold,
    double Gain,
    double P,
    IReadOnlyList<RankingRule> FoldRules
)
{
    /// <summary>The gain over the best rule without a reranker.</summary>
    public double? GainOverFused { get; init; }

    /// <summary>The p of that gain.</summary>
    public double? POverFused { get; init; }
}
