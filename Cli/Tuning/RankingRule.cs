using System.Globalization;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tuning;

/// <summary>A ranking rule: the fusion method, the weights and the rerank depth.</summary>
/// <param name="Method">Fusion by scores or by ranks.</param>
/// <param name="Lexical">The weight of BM25.</param>
/// <param name="Dense">The weight of the vectors.</param>
/// <param name="Rerank">The weight of the reranker; null without one.</param>
/// <param name="RerankDepth">How many candidates are reranked; null for all.</param>
internal sealed record RankingRule(FusionMode Method, double Lexical, double Dense, double? Rerank = null, int? RerankDepth = null)
{
    private static readonly (double Lexical, double Dense)[] Legs =
    [
        (1, 1),
        (1, 0.75),
        (1, 0.5),
        (1, 0.35),
        (1, 0.25),
        (1, 0.1),
        (1, 0),
        (1, 1.5),
        (1, 2),
        (1, 3),
        (1, 5),
        (0, 1),
    ];

    private static readonly double[] RerankWeights = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3];

    private static readonly int[] Depths = [20, 50, 100, 200];

    /// <summary>The rules without a reranker, the simplest first because the first of equally good ones is chosen.</summary>
    public static IReadOnlyList<RankingRule> Fused { get; } =
    [.. Methods.SelectMany(method => Legs.Select(leg => new RankingRule(method, leg.Lexical, leg.Dense)))];

    /// <summary>The rules with a reranker, the cheapest first.</summary>
    public static IReadOnlyList<RankingRule> Reranked { get; } =
    [
        .. from depth in Depths
        from method in Methods
        from leg in Legs
        from weight in RerankWeights
        select new RankingRule(method, leg.Lexical, leg.Dense, weight, depth),
    ];

    /// <summary>The collection settings of this rule.</summary>
    /// <param name="reranks">Whether reranking was part of the comparison.</param>
    public CollectionPatch ToPatch(bool reranks) =>
        new()
        {
            Weights = new LegWeights
            {
                Lexical = Lexical,
                Dense = Dense,
                Rerank = Rerank,
            },
            Fusion = Method,
            Rerank = reranks
                ? Rerank is null
                    ? RerankMode.Never
                    : RerankMode.Always
                : null,
            RerankDepth = RerankDepth,
        };

    /// <inheritdoc/>
    public override string ToString()
    {
        var rerank = Rerank is { } weight
            ? string.Create(
                CultureInfo.InvariantCulture,
                $", rerank {weight} ({(RerankDepth is { } depth ? $"the first {depth}" : "all")})"
            )
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(Method == FusionMode.Rrf ? "rrf" : "score")}: lexical {Lexical}, dense {Dense}{rerank}"
        );
    }

    private static FusionMode[] Methods => [FusionMode.Score, FusionMode.Rrf];
}
