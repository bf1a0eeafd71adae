using EmbedPlatform.Client.Search;

namespace EmbedPlatform.Cli.Evaluation;

/// <summary>A way of searching that is measured.</summary>
/// <param name="Name">What it is called: <c>lexical</c>, <c>dense</c> or <c>hybrid</c>, with <c>+rerank</c> where it is reranked and <c>+auto</c> where that is left to the platform.</param>
/// <param name="Legs">Which legs find candidates.</param>
/// <param name="Rerank">Whether they are reranked.</param>
/// <param name="Auto">Whether that is left to the platform, which reranks where it is measured to help.</param>
internal sealed record EvalMode(string Name, SearchMode Legs, bool Rerank, bool Auto = false)
{
    private const string Suffix = "+rerank";
    private const string AutoSuffix = "+auto";

    /// <summary>Reads a list such as <c>lexical,hybrid+rerank</c>; null where a part is no mode.</summary>
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

    /// <summary>The search that measures this mode.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="limit">How many documents.</param>
    /// <param name="ranking">How it is ranked, where the platform is not to decide that.</param>
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
            // What a kept answer costs says nothing of a search.
            Cache = false,
        };
}
