using System.Globalization;
using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Tuning;

/// <summary>A way of ranking: how legs are fused, what each counts, and how many candidates are reranked.</summary>
/// <param name="Method">By scores or by ranks.</param>
/// <param name="Lexical">The weight of BM25.</param>
/// <param name="Dense">The weight of the vectors.</param>
/// <param name="Rerank">The weight of the reranker; null without one.</param>
/// <param name="RerankDepth">How many candidates it scores; null: all.</param>
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

    /// <summary>All rules that are tried without a reranker, the simplest first: of equally good ones the first is taken.</summary>
    public static IReadOnlyList<RankingRule> Fused { get; } =
    [.. Methods.SelectMany(method => Legs.Select(leg => new RankingRule(method, leg.Lexical, leg.Dense)))];

    /// <summary>All rules that are tried with a reranker, the cheapest first.</summary>
    public static IReadOnlyList<RankingRule> Reranked { get; } =
    [
        .. from depth in Depths
        from method in Methods
        from leg in Legs
        from weight in RerankWeights
        select new RankingRule(method, leg.Lexical, leg.Dense, weight, depth),
    ];

    /// <summary>How a collection ranks that has this rule.</summary>
    /// <param name="reranks">Whether there is a reranker to decide about.</param>
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
