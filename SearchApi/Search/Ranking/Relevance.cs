using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Search.Legs;

namespace EmbedPlatform.SearchApi.Search.Ranking;

/// <summary>
/// The scores of fused and reranked hits, from 0 to 1: the mean of the legs' relevance by their weights. Fusion orders by deviations from
/// the other candidates, which mean nothing outside their pool; relevance compares across searches.
/// </summary>
internal static class Relevance
{
    /// <summary>
    /// Sets the scores of a ranking. A leg that did not score a document has no part in its mean. No score exceeds the one before.
    /// </summary>
    public static void Score(IReadOnlyList<Candidate> ordered, IReadOnlyList<LegResult> legs, LegWeights weights)
    {
        var least = 1.0;
        foreach (var candidate in ordered)
        {
            var (sum, total) = (0.0, 0.0);
            foreach (var leg in legs)
            {
                Add(leg.Leg, candidate[leg.Leg].Score is { } score ? leg.Relevance(score) : null);
            }

            Add(SearchLeg.Rerank, candidate[SearchLeg.Rerank].Score is { } logit ? 1 / (1 + Math.Exp(-logit)) : null);
            candidate.Score = least = Math.Min(least, total > 0 ? sum / total : 0);

            void Add(SearchLeg leg, double? relevance)
            {
                if (relevance is { } value)
                {
                    sum += value * (weights[leg] ?? 0);
                    total += weights[leg] ?? 0;
                }
            }
        }
    }
}
