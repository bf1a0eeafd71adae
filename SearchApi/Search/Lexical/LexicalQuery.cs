using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Search.Typing;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>A query as weighted terms.</summary>
/// <param name="Terms">The terms that occur in the collection, by descending weight.</param>
/// <param name="Weights">Each term's idf times its frequency in the query.</param>
/// <param name="Frequencies">Each term's document frequency.</param>
/// <param name="AverageLength">The mean length of the collection's documents, in terms.</param>
internal sealed record LexicalQuery(string[] Terms, double[] Weights, long[] Frequencies, double AverageLength)
{
    /// <summary>The smallest difference of scores; see the remarks on <see cref="LexicalSearch"/>.</summary>
    public const double ScoreUnit = 1.0 / (1L << 32);

    /// <summary>A query without words.</summary>
    public static readonly LexicalQuery Empty = new([], [], [], 1);

    /// <summary>The terms' posting lists, if they are cached.</summary>
    public PostingList[]? Postings { get; init; }

    /// <summary>
    /// The score of a document of average length with every word of the query once, words that the collection lacks included.
    /// </summary>
    public double FullScore { get; init; }

    /// <summary>The weights times k1 + 1, in the unit of <see cref="ScoreUnit"/>.</summary>
    public double[] ScaledWeights(Bm25Options bm25) => Array.ConvertAll(Weights, weight => weight * (bm25.K1 + 1) / ScoreUnit);

    /// <summary>How the query's words were corrected and completed.</summary>
    public TypedWords Typed { get; init; } = TypedWords.AsTyped;

    /// <summary>The document frequency of each term.</summary>
    public Dictionary<string, long> FrequencyByTerm() => Terms.Zip(Frequencies).ToDictionary(StringComparer.Ordinal);

    /// <summary>The query reduced to its first terms.</summary>
    public LexicalQuery First(int count) => new(Terms[..count], Weights[..count], Frequencies[..count], AverageLength);

    /// <summary>
    /// Weights the words of a query. The spellings of a word, and the expansions of a prefix, share the document frequency of all of them
    /// together, so that a rare one does not dominate.
    /// </summary>
    /// <param name="frequencies">The document frequency of the terms that occur in the collection.</param>
    public static LexicalQuery Weigh(IEnumerable<QueryTerm> words, IReadOnlyDictionary<string, long> frequencies, LexicalTotals totals)
    {
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        var full = 0.0;
        foreach (var word in words)
        {
            var known = word.Variants.Where(variant => frequencies.ContainsKey(variant.Term)).DistinctBy(variant => variant.Term).ToList();
            var shared = Math.Min(totals.Documents, known.Sum(variant => frequencies[variant.Term]));
            full += word.Repeats * Idf(totals.Documents, shared);
            foreach (var (term, boost) in known)
            {
                weights[term] = weights.GetValueOrDefault(term) + (word.Repeats * boost * Idf(totals.Documents, shared));
            }
        }

        // In a fixed order, because the last digits of a floating-point sum depend on it.
        var terms = weights.OrderByDescending(term => term.Value).ThenBy(term => term.Key, StringComparer.Ordinal).ToArray();
        return new LexicalQuery(
            Array.ConvertAll(terms, term => term.Key),
            Array.ConvertAll(terms, term => term.Value),
            Array.ConvertAll(terms, term => frequencies[term.Key]),
            totals is { Documents: > 0, Tokens: > 0 } ? totals.Tokens / totals.Documents : 1
        )
        {
            FullScore = full,
        };
    }

    private static double Idf(double documents, double frequency) => Math.Log(1 + ((documents - frequency + 0.5) / (frequency + 0.5)));
}
