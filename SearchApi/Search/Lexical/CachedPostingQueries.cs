using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Collections;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>Prepares queries over cached posting lists.</summary>
internal sealed class CachedPostingQueries(PostingCache cache)
{
    /// <summary>The query with its posting lists; null if the collection is being written to or a list is too long to cache.</summary>
    public async Task<LexicalQuery?> PrepareAsync(
        CollectionRecord collection,
        IReadOnlyList<QueryTerm> words,
        CancellationToken cancellationToken
    )
    {
        if (!cache.IsSettled(collection))
        {
            return null;
        }

        string[] terms = [.. words.SelectMany(word => word.Variants).Select(variant => variant.Term).Distinct(StringComparer.Ordinal)];
        var totals = await cache.TotalsAsync(collection, cancellationToken);
        if (await cache.ListsAsync(collection, terms, cancellationToken) is not { } lists)
        {
            return null;
        }

        var known = terms.Zip(lists).Where(pair => pair.Second.Count > 0).ToDictionary(StringComparer.Ordinal);
        var query = LexicalQuery.Weigh(words, known.ToDictionary(pair => pair.Key, pair => (long)pair.Value.Count), totals);
        return query with { Postings = Array.ConvertAll(query.Terms, term => known[term]) };
    }
}
