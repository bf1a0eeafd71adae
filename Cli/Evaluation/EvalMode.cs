using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary>A search mode to measure.</summary>
/// <param name="Name"><c>lexical</c>, <c>dense</c> or <c>hybrid</c>, with <c>+rerank</c> or <c>+auto</c>.</param>
/// <param name="Legs">The legs that find candidates.</param>
/// <param name="Rerank">Whether candidates are always reranked.</param>
/// <param name="Auto">Whether the platform decides about reranking, by its measurements.</param>
internal sealed record EvalMode(string Name, SearchMode Legs, bool Rerank, bool Auto = false)
{
    private const string Suffix = "+rerank";
    private const string AutoSuffix = "+auto";

    /// <summary>Reads a list such as <c>lexical,hybrid+rerank</c>; null if a part is not a mode.</summary>
    public static IReadOnlyList<EvalMode>? ParseList(string list)
    {
        var modes = new List<EvalMode>();
        foreach (var name in list.Split(',', StringSplitOptions.TrimEntries))
        {
            var rerank = name.EndsWith(Suffix, StringComparison.Ordinal);
            var auto = name.EndsWith(AutoSuffix, StringComparison.Ordinal);
            SearchMode? legs = (rerank || auto ? name[..name.LastIndexOf('+')] : name) switch
            {
                "lexical" => SearchMode.Lexical,
                "dense" => SearchMode.Dense,
                "hybrid" => SearchMode.Hybrid,
                _ => null,
            };
            if (legs is not { } found)
            {
                return null;
            }

            modes.Add(new EvalMode(name, found, rerank, auto));
        }

        return modes;
    }

    /// <summary>The search request of this mode.</summary>
    /// <param name="query">The query.</param>
    /// <param name="limit">The number of documents.</param>
    /// <param name="ranking">Ranking options that override the platform's.</param>
    public SearchRequest Request(string query, int limit, RankingOptions? ranking = null) =>
        new()
        {
            Weights = ranking?.Weights,
            Fusion = ranking?.Fusion,
            RerankDepth = ranking?.RerankDepth,
            Query = query,
            Limit = limit,
            Mode = Legs,
            Rerank =
                Auto ? RerankMode.Auto
                : Rerank ? RerankMode.Always
                : RerankMode.Never,
            // A cached answer would not measure a search.
            Cache = false,
        };
}
