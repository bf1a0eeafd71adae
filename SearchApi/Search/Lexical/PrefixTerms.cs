namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>
/// Expands prefixes into terms of the collection. A prefix is stemmed like a word; a stop word stays as it is. Of the matching terms,
/// the first <see cref="MaxRead"/> by code points are read and the <see cref="MaxKept"/> with the highest document frequency are
/// kept. Each is weighted like a single word with the document frequency of all of them together, so that a rare expansion does not
/// dominate.
/// </summary>
internal static class PrefixTerms
{
    /// <summary>The maximum number of expansions to read.</summary>
    public const int MaxRead = 1_000;

    /// <summary>The maximum number of expansions to keep.</summary>
    public const int MaxKept = 64;

    /// <summary>
    /// The terms of a query with prefixes ($4), each with its weight, its document frequency and the mean document length. A loose index
    /// scan jumps from term to term: a prefix of a thousand terms costs a thousand lookups, however many postings they have.
    /// </summary>
    public static readonly string Prepare = FormattableString.Invariant(
        $"""
        WITH RECURSIVE total AS MATERIALIZED (
            SELECT sum(documents)::float8 AS documents, sum(tokens)::float8 AS tokens FROM lexical_total WHERE collection_id = $1
        ), wanted AS (
            SELECT w.n, coalesce(
                (SELECT l.lexeme FROM unnest(to_tsvector($2::text::regconfig, w.word)) AS l ORDER BY length(l.lexeme) DESC LIMIT 1),
                lower(w.word)) COLLATE "C" AS stem
            FROM unnest($4::text[]) WITH ORDINALITY AS w(word, n)
        ), walk(n, stem, term, step) AS (
            SELECT w.n, w.stem, (
                SELECT p.term FROM posting p
                WHERE p.collection_id = $1 AND p.term >= w.stem AND p.term < w.stem || chr(1114111) ORDER BY p.term LIMIT 1), 1
            FROM wanted w
            UNION ALL
            SELECT k.n, k.stem, (
                SELECT p.term FROM posting p
                WHERE p.collection_id = $1 AND p.term > k.term AND p.term < k.stem || chr(1114111) ORDER BY p.term LIMIT 1), k.step + 1
            FROM walk k WHERE k.term IS NOT NULL AND k.step < {MaxRead}
        ), counted AS MATERIALIZED (
            SELECT k.n, k.term, (SELECT count(*) FROM posting p WHERE p.collection_id = $1 AND p.term = k.term)::float8 AS df
            FROM walk k WHERE k.term IS NOT NULL
        ), kept AS (
            SELECT c.n, c.term, c.df, row_number() OVER (PARTITION BY c.n ORDER BY c.df DESC, c.term) AS place FROM counted c
        ), begun AS (
            SELECT k.term, k.df, least(t.documents, sum(k.df) OVER (PARTITION BY k.n)) AS shared, 1 AS repeats
            FROM kept k, total t WHERE k.place <= {MaxKept}
        ), word AS MATERIALIZED (
            SELECT l.lexeme COLLATE "C" AS term, coalesce(cardinality(l.positions), 1) AS repeats,
                   (SELECT count(*) FROM posting p WHERE p.collection_id = $1 AND p.term = l.lexeme)::float8 AS df
            FROM unnest(to_tsvector($2::text::regconfig, $3)) AS l
        ), query AS (
            SELECT term, df, df AS shared, repeats FROM word UNION ALL SELECT term, df, shared, repeats FROM begun
        )
        SELECT q.term, sum(q.repeats * ln(1 + (t.documents - q.shared + 0.5) / (q.shared + 0.5))), max(q.df)::bigint, t.tokens / t.documents
        FROM query q, total t
        WHERE q.df > 0 AND t.documents > 0
        GROUP BY q.term, t.tokens, t.documents
        ORDER BY 2 DESC, 1
        """
    );
}
