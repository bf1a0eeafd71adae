using EmbedPlatform.SearchApi.Search.Lexical;

namespace EmbedPlatform.SearchApi.Search.Hits;

/// <summary>
/// Scores chunks by the query's terms, for searches without a query vector. A word matches a term if it starts with the term's stem and
/// is little longer. The score only selects which chunk a hit shows, and stemming every chunk of every hit in the database took most
/// of a lexical search's time.
/// </summary>
internal static class BestChunkScorer
{
    private const int MaxEndingLength = 5;

    /// <summary>The sum over the terms of weight * tf / (tf + 1).</summary>
    public static double Score(string text, LexicalQuery words)
    {
        if (words.Terms.Length == 0)
        {
            return 0;
        }

        var counts = new int[words.Terms.Length];
        for (var start = 0; start < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[start]))
            {
                start++;
                continue;
            }

            var end = start + 1;
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || char.IsSurrogate(text[end])))
            {
                end++;
            }

            Count(text.AsSpan(start, end - start), words.Terms, counts);
            start = end;
        }

        var score = 0.0;
        for (var i = 0; i < counts.Length; i++)
        {
            score += words.Weights[i] * counts[i] / (counts[i] + 1);
        }

        return score;
    }

    private static void Count(ReadOnlySpan<char> word, string[] terms, int[] counts)
    {
        var first = char.ToLowerInvariant(word[0]);
        for (var i = 0; i < terms.Length; i++)
        {
            if (terms[i].Length > 0 && terms[i][0] == first && Begins(word, Stem(terms[i])))
            {
                counts[i]++;
            }
        }
    }

    // The stemmer turns a final y into i.
    private static ReadOnlySpan<char> Stem(string term) => term.Length > 3 && term[^1] == 'i' ? term.AsSpan(0, term.Length - 1) : term;

    private static bool Begins(ReadOnlySpan<char> word, ReadOnlySpan<char> stem) =>
        word.Length <= stem.Length + MaxEndingLength && word.StartsWith(stem, StringComparison.OrdinalIgnoreCase);
}
