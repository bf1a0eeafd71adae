using EmbedPlatform.SearchApi.Analysis;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Search.Reads;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>
/// Finds the documents that contain a phrase or a word, or have given ids. Postings select the documents with all words of a phrase, stop
/// words included; the stored order of their words decides.
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

    private const string WithTerm = "SELECT DISTINCT p.document_id FROM posting p WHERE p.collection_id = $1 AND p.term = ANY($2)";

    private const string WithId = "SELECT k.document_id FROM document_key k WHERE k.collection_id = $1 AND k.external_id = ANY($2)";

    /// <summary>The filter with every phrase, word and id replaced by its documents.</summary>
    public async Task<FilterNode> ResolveAsync(CollectionRecord collection, FilterNode filter, CancellationToken cancellationToken)
    {
        switch (filter)
        {
            case FilterNode.Phrase phrase:
                return new FilterNode.Listed(await FindAsync(collection, phrase, cancellationToken));
            case FilterNode.Word word:
                return new FilterNode.Listed(await FindAsync(collection, word, cancellationToken));
            case FilterNode.Ids ids:
                return new FilterNode.Listed(await ListAsync(collection, WithId, ids.Values, cancellationToken));
            case FilterNode.Not negation:
                return new FilterNode.Not(await ResolveAsync(collection, negation.Part, cancellationToken));
            case FilterNode.Any any:
                return new FilterNode.Any(await ResolveAsync(collection, any.Parts, cancellationToken));
            case FilterNode.All all:
                return new FilterNode.All(await ResolveAsync(collection, all.Parts, cancellationToken));
            default:
                return filter;
        }
    }

    private async Task<List<FilterNode>> ResolveAsync(
        CollectionRecord collection,
        IReadOnlyList<FilterNode> parts,
        CancellationToken cancellationToken
    )
    {
        var resolved = new List<FilterNode>(parts.Count);
        foreach (var part in parts)
        {
            resolved.Add(await ResolveAsync(collection, part, cancellationToken));
        }

        return resolved;
    }

    // A compound matches as one word and by its parts beside each other: e-mail is email, and C++ is not C.
    private async Task<long[]> FindAsync(CollectionRecord collection, FilterNode.Word word, CancellationToken cancellationToken)
    {
        var tokens = collection.Analyzer.Analyze(word.Text);
        var parts = tokens.Count(token => token.Kind is TokenKind.Word or TokenKind.StopWord);
        var compounds = tokens.Where(token => token.Kind == TokenKind.Compound).ToList();
        var whole = compounds.Count == 1 || parts == 1 ? await ListAsync(collection, WithTerm, Terms(), cancellationToken) : [];
        return parts > 1
            ? [.. whole.Union(await FindAsync(collection, new FilterNode.Phrase(word.Text, 0), cancellationToken)).Order()]
            : whole;

        string[] Terms() =>
            [
                .. (compounds.Count > 0 ? compounds : tokens)
                    .SelectMany(token => token.Kind == TokenKind.Variant ? [token.Term] : Spellings(token.Term))
                    .Distinct(StringComparer.Ordinal),
            ];
    }

    private Task<long[]> ListAsync(CollectionRecord collection, string sql, string[] values, CancellationToken cancellationToken) =>
        reads.ReadAsync(
            collection,
            batch => batch.Add(sql, collection.Id, values),
            async (reader, token) =>
            {
                var found = new List<long>();
                while (await reader.ReadAsync(token))
                {
                    found.Add(reader.GetInt64(0));
                }

                return found.ToArray();
            },
            cancellationToken
        );

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
