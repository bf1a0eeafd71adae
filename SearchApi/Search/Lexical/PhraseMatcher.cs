using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>
/// Finds the documents that contain a phrase. Postings select the documents with all of its words, stop words included; the stored order
/// of their words decides.
/// </summary>
internal sealed class PhraseMatcher(SearchReads reads)
{
    private const string Candidates = """
        SELECT l.document_id, l.terms, l.positions FROM document_lexeme l
        WHERE l.positions IS NOT NULL AND l.document_id IN (
            SELECT p.document_id FROM unnest($2::text[], $3::integer[]) AS w(term, word)
            JOIN posting p ON p.collection_id = $1 AND p.term = w.term
            GROUP BY p.document_id HAVING count(DISTINCT w.word) = $4)
        ORDER BY l.document_id
        """;

    /// <summary>The filter with every phrase replaced by its documents.</summary>
    public async Task<FilterNode> ResolveAsync(CollectionRecord collection, FilterNode filter, CancellationToken cancellationToken)
    {
        switch (filter)
        {
            case FilterNode.Phrase phrase:
                return new FilterNode.Listed(await FindAsync(collection, phrase, cancellationToken));
            case FilterNode.All all:
                var parts = new List<FilterNode>(all.Parts.Count);
                foreach (var part in all.Parts)
                {
                    parts.Add(await ResolveAsync(collection, part, cancellationToken));
                }

                return new FilterNode.All(parts);
            default:
                return filter;
        }
    }

    private async Task<long[]> FindAsync(CollectionRecord collection, FilterNode.Phrase phrase, CancellationToken cancellationToken)
    {
        var words = collection
            .Analyzer.Analyze(phrase.Words)
            .Where(token => token.Kind is TokenKind.Word or TokenKind.StopWord)
            .Select(token => Spellings(token.Term))
            .ToList();
        if (words.Count == 0)
        {
            return [];
        }

        var distinct = words.DistinctBy(spellings => spellings[0]).ToList();
        return await reads.ReadAsync(
            collection,
            batch =>
                batch.Add(
                    Candidates,
                    collection.Id,
                    distinct.SelectMany(spellings => spellings).ToArray(),
                    distinct.SelectMany((spellings, word) => spellings.Select(_ => word)).ToArray(),
                    distinct.Count
                ),
            (reader, token) => MatchAsync(reader, words, phrase.Slop, token),
            cancellationToken
        );
    }

    private static async Task<long[]> MatchAsync(
        NpgsqlDataReader reader,
        List<string[]> words,
        int slop,
        CancellationToken cancellationToken
    )
    {
        var found = new List<long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var terms = reader.GetFieldValue<string[]>(1);
            var positions = TermVector.Decode(reader.GetFieldValue<byte[]>(2));
            var wanted = words.ConvertAll(spellings => spellings.Select(term => Array.IndexOf(terms, term)).Where(i => i >= 0).ToArray());
            if (Contains(positions, wanted, slop))
            {
                found.Add(reader.GetInt64(0));
            }
        }

        return [.. found];
    }

    /// <summary>
    /// Whether the words occur in order, each at most <paramref name="slop"/> places away from where the others put it, as Lucene's sloppy
    /// phrases count.
    /// </summary>
    /// <param name="text">The terms of the text by position.</param>
    /// <param name="words">For each word of the phrase, the terms that match it.</param>
    internal static bool Contains(List<int> text, List<int[]> words, int slop)
    {
        // The place at which the phrase would start, for every occurrence of each word. The words are close enough if one start of each
        // word lies within the slop.
        var starts = words
            .Select((terms, i) => Enumerable.Range(0, text.Count).Where(at => terms.Contains(text[at])).Select(at => at - i).ToArray())
            .ToArray();
        var next = new int[starts.Length];
        while (true)
        {
            var (least, greatest, first) = (int.MaxValue, int.MinValue, 0);
            for (var word = 0; word < starts.Length; word++)
            {
                if (next[word] == starts[word].Length)
                {
                    return false;
                }

                var start = starts[word][next[word]];
                greatest = Math.Max(greatest, start);
                (least, first) = start < least ? (start, word) : (least, first);
            }

            if (greatest - least <= slop)
            {
                return true;
            }

            next[first]++;
        }
    }

    // A word matches with and without accents.
    private static string[] Spellings(string term)
    {
        var plain = term[0] == TermPrefix.Folded ? term[1..] : term;
        return term[0] == TermPrefix.StopWord ? [term] : [plain, TermPrefix.Folded + plain];
    }
}
