using EmbedPlatform.SearchApi.Storage;

namespace EmbedPlatform.SearchApi.Filters;

/// <summary>
/// Whether the words of a phrase are adjacent in a document's title and text, after stemming and stop word removal in the
/// collection's language. Postings select the documents that have all of the words; only their text is read.
/// </summary>
internal static class PhraseSql
{
    // A tsvector counts 16,383 positions, so a long text is read in overlapping pieces. Words cut off at a piece's ends are removed.
    private const int PieceLength = 8_000;
    private const int PieceOverlap = 1_000;
    private const int CutLength = PieceLength + PieceOverlap;

    /// <summary>The condition on the document <paramref name="alias"/>; a phrase of stop words matches every document.</summary>
    public static string Write(FilterNode.Phrase phrase, SqlParameters parameters, string alias)
    {
        var (inside, language, words) = (
            parameters.Add(phrase.CollectionId),
            parameters.Add(phrase.Language) + "::text::regconfig",
            parameters.Add(phrase.Words)
        );
        var query = $"phraseto_tsquery({language}, {words})";
        var terms = $"tsvector_to_array(to_tsvector({language}, {words}))";
        var whole = $"(coalesce({alias}.title, '') || ' ' || {alias}.text)";
        return $"""
            ({alias}.id IN (
                SELECT p.document_id FROM posting p WHERE p.collection_id = {inside} AND p.term = ANY({terms})
                GROUP BY p.document_id HAVING count(*) = cardinality({terms})
                UNION ALL SELECT everything.id FROM document everything WHERE everything.collection_id = {inside} AND numnode({query}) = 0)
             AND (numnode({query}) = 0 OR CASE
                WHEN length({alias}.text) <= {PieceLength} THEN to_tsvector({language}, {whole}) @@ {query}
                ELSE EXISTS (
                    SELECT FROM generate_series(0, (length({whole}) - 1) / {PieceLength}) AS piece(n)
                    WHERE to_tsvector({language}, regexp_replace(
                            regexp_replace(
                                substr({whole}, piece.n * {PieceLength} + 1, {CutLength}),
                                CASE WHEN piece.n > 0 THEN '^\S+' ELSE '^$' END, ''),
                            CASE WHEN length({whole}) > piece.n * {PieceLength} + {CutLength} THEN '\S+$' ELSE '^$' END, ''))
                        @@ {query}) END))
            """;
    }
}
