using EmbedPlatform.SearchApi.Collections;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>Prepares queries over cached posting lists.</summary>
internal sealed class CachedPostingQueries(PostingReader reader, PostingCache cache)
{
    /// <summary>The query with its posting lists; null if the collection is being written to or a list is too long to cache.</summary>
    public async Task<LexicalQuery?> PrepareAsync(CollectionRecord collection, string text, CancellationToken cancellationToken)
    {
        if (!cache.IsSettled(collection))
        {
            return null;
        }

        var terms = await reader.ReadTermsAsync(collection.Language, text, cancellationToken);
        var totals = await cache.TotalsAsync(collection, cancellationToken);
        if (await cache.ListsAsync(collection, [.. terms.Select(term => term.Term)], cancellationToken) is not { } lists)
        {
            return null;
        }

        // Same order of terms as in the database's statement, because the last digits of a floating-point sum depend on it.
        var known = terms
            .Zip(lists)
            .Where(pair => pair.Second.Count > 0 && totals.Documents > 0)
            .Select(pair => (pair.First.Term, Weight: pair.First.Repeats * Idf(totals.Documents, pair.Second.Count), List: pair.Second))
            .OrderByDescending(term => term.Weight)
            .ThenBy(term => term.Term, StringComparer.Ordinal)
            .ToArray();
        return new LexicalQuery(
            Array.ConvertAll(known, term => term.Term),
            Array.ConvertAll(known, term => term.Weight),
            Array.ConvertAll(known, term => (long)term.List.Count),
            known.Length == 0 ? 1 : totals.Tokens / totals.Documents
        )
        {
            Postings = Array.ConvertAll(known, term => term.List),
        };
    }

    private static double Idf(double documents, double frequency) => Math.Log(1 + ((documents - frequency + 0.5) / (frequency + 0.5)));
}
