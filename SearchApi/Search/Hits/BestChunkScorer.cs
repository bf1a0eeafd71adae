using System.Runtime.InteropServices;
using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Search.Lexical;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>Scores chunks by the query's terms, for searches without a query vector.</summary>
internal static class BestChunkScorer
{
    /// <summary>The sum over the terms of weight * tf / (tf + 1).</summary>
    public static double Score(TextAnalyzer analyzer, string text, LexicalQuery query)
    {
        if (query.Terms.Length == 0)
        {
            return 0;
        }

        var counts = query.Terms.ToDictionary(term => term, _ => 0, StringComparer.Ordinal);
        foreach (var token in analyzer.Analyze(text))
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(counts, token.Term);
            if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref count))
            {
                count++;
            }
        }

        return query.Terms.Zip(query.Weights, (term, weight) => weight * counts[term] / (counts[term] + 1)).Sum();
    }
}
