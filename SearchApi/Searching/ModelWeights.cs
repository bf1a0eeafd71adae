using System.Text.Json;
using EmbedPlatform.Client.Search;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Searching;

/// <summary>
/// What each leg counts: what the request says, else the options, else the model's entry in the catalogue that the program was built with,
/// else what was measured for use-lite and mini-rerank.
/// </summary>
internal sealed class ModelWeights(IOptions<SearchOptions> options)
{
    private static readonly FusionWeights UnknownEmbedder = new(1, 0.5, 0);
    private static readonly FusionWeights UnknownReranker = new(1, 0.25, 1);
    private static readonly Lazy<Dictionary<string, FusionWeights>> Catalogue = new(Read);

    /// <summary>The rule without a reranker.</summary>
    public FusionRule Fused(SearchPlan plan, string embedder) =>
        Rule(plan, options.Value.Fused, Catalogue.Value.GetValueOrDefault(embedder) ?? UnknownEmbedder);

    /// <summary>The rule with a reranker.</summary>
    public FusionRule Reranked(SearchPlan plan, string? reranker) =>
        Rule(plan, options.Value.Reranked, Catalogue.Value.GetValueOrDefault(reranker ?? string.Empty) ?? UnknownReranker);

    private static Dictionary<string, FusionWeights> Read()
    {
        using var catalogue = typeof(ModelWeights).Assembly.GetManifestResourceStream("catalog.json")!;
        using var json = JsonDocument.Parse(catalogue);
        var weights = new Dictionary<string, FusionWeights>(StringComparer.Ordinal);
        foreach (var model in json.RootElement.GetProperty("models").EnumerateArray())
        {
            if (model.TryGetProperty("fusionWeights", out var entry))
            {
                weights[model.GetProperty("id").GetString()!] = new FusionWeights(
                    entry.GetProperty("lexical").GetDouble(), entry.GetProperty("dense").GetDouble(), entry.GetProperty("rerank").GetDouble());
            }
        }

        return weights;
    }

    private FusionRule Rule(SearchPlan plan, LegWeights? chosen, FusionWeights model) => new(plan.Fusion, options.Value.RrfConstant, new FusionWeights(
        plan.Weights?.Lexical ?? chosen?.Lexical ?? model.Lexical,
        plan.Weights?.Dense ?? chosen?.Dense ?? model.Dense,
        plan.Weights?.Rerank ?? chosen?.Rerank ?? model.Rerank));
}
