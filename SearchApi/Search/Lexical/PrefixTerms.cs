namespace EmbedPlatform.SearchApi.Search.Lexical;

/// <summary>
/// Expands prefixes into terms of the collection. A prefix is analyzed like a word. Of the matching terms, the first
/// <see cref="MaxRead"/> by code points are read and the <see cref="MaxKept"/> with the highest document frequency are kept.
/// </summary>
internal static class PrefixTerms
{
    /// <summary>The maximum number of expansions to read.</summary>
    public const int MaxRead = 1_000;

    /// <summary>The maximum number of expansions to keep.</summary>
    public const int MaxKept = 64;

    /// <summary>
    /// The terms that begin with one of the strings ($3) of a prefix ($2), with their document frequency. A loose index scan jumps from
    /// term to term: a prefix of a thousand terms costs a thousand lookups, however many postings they have.
    /// </summary>
    public static readonly string Expand = FormattableString.Invariant(
        $"""
        WITH RECURSIVE wanted AS (
            SELECT w.n, w.beginning COLLATE "C" AS beginning FROM unnest($2::integer[], $3::text[]) AS w(n, beginning)
        ), walk(n, beginning, term, step) AS (
            SELECT w.n, w.beginning, (
                SELECT p.term FROM posting p
                WHERE p.collection_id = $1 AND p.term >= w.beginning AND p.term < w.beginning || chr(1114111) ORDER BY p.term LIMIT 1), 1
            FROM wanted w
            UNION ALL
            SELECT k.n, k.beginning, (
                SELECT p.term FROM posting p
                WHERE p.collection_id = $1 AND p.term > k.term AND p.term < k.beginning || chr(1114111) ORDER BY p.term LIMIT 1), k.step + 1
            FROM walk k WHERE k.term IS NOT NULL AND k.step < {MaxRead}
        ), counted AS MATERIALIZED (
            SELECT k.n, k.term, (SELECT count(*) FROM posting p WHERE p.collection_id = $1 AND p.term = k.term) AS df
            FROM walk k WHERE k.term IS NOT NULL
        ), kept AS (
            SELECT c.n, c.term, c.df, row_number() OVER (PARTITION BY c.n ORDER BY c.df DESC, c.term) AS place FROM counted c
        )
        SELECT n, term, df FROM kept WHERE place <= {MaxKept} ORDER BY n, place
        """
    );
}
