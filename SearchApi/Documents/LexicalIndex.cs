using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Documents;

/// <summary>A document's text to index.</summary>
/// <param name="Head">The text repeated before every chunk, such as the title; may be empty.</param>
/// <param name="Body">The text to chunk.</param>
internal readonly record struct LexicalText(long DocumentId, long Version, string Head, string Body);

/// <summary>Updates postings and totals within the transaction that writes the documents.</summary>
internal static class LexicalIndex
{
    // A tsvector counts at most 255 occurrences of a word and 16,383 positions; shorter pieces are counted exactly.
    private const int PieceLength = 8_000;

    private const string Remove = """
        WITH old AS (
            DELETE FROM document_lexeme WHERE document_id = ANY($2) RETURNING document_id, terms, length
        ), gone AS (
            DELETE FROM posting p USING old o CROSS JOIN LATERAL unnest(o.terms) AS t(term)
            WHERE p.collection_id = $1 AND p.term = t.term AND p.document_id = o.document_id
        )
        INSERT INTO lexical_total AS total (collection_id, shard, documents, tokens)
        SELECT $1, pg_backend_pid() % 16, -count(*), -sum(length) FROM old HAVING count(*) > 0
        ON CONFLICT (collection_id, shard) DO UPDATE
        SET documents = total.documents + excluded.documents, tokens = total.tokens + excluded.tokens
        """;

    private const string Insert = """
        WITH lexeme AS MATERIALIZED (
            SELECT p.document_id, l.lexeme AS term, sum(coalesce(cardinality(l.positions), 1))::integer AS tf
            FROM unnest($2::bigint[], $3::text[]) AS p(document_id, piece)
            CROSS JOIN LATERAL unnest(to_tsvector($4::text::regconfig, p.piece)) AS l
            GROUP BY p.document_id, l.lexeme
        ), indexed AS (
            INSERT INTO document_lexeme (document_id, text_version, terms, length)
            SELECT d.id, d.version, coalesce(array_agg(l.term) FILTER (WHERE l.term IS NOT NULL), '{}'), coalesce(sum(l.tf), 0)
            FROM unnest($5::bigint[], $6::bigint[]) AS d(id, version) LEFT JOIN lexeme l ON l.document_id = d.id
            GROUP BY d.id, d.version
            RETURNING document_id, length
        ), posted AS (
            INSERT INTO posting (collection_id, term, document_id, tf, length)
            SELECT $1, l.term, l.document_id, l.tf, i.length
            FROM lexeme l JOIN indexed i USING (document_id)
            ORDER BY l.term COLLATE "C", l.document_id
        )
        INSERT INTO lexical_total AS total (collection_id, shard, documents, tokens)
        SELECT $1, pg_backend_pid() % 16, count(*), sum(length) FROM indexed HAVING count(*) > 0
        ON CONFLICT (collection_id, shard) DO UPDATE
        SET documents = total.documents + excluded.documents, tokens = total.tokens + excluded.tokens
        """;

    /// <summary>Adds the statements that remove documents from the index.</summary>
    public static void AddRemove(NpgsqlBatch batch, CollectionRecord collection, long[] documents) =>
        batch.Add(Remove, collection.Id, documents);

    /// <summary>Adds the statements that index texts, replacing the previous postings of their documents.</summary>
    public static void AddReplace(NpgsqlBatch batch, CollectionRecord collection, IReadOnlyList<LexicalText> texts)
    {
        var documents = texts.Select(text => text.DocumentId).ToArray();
        var owners = new List<long>(texts.Count);
        var pieces = new List<string>(texts.Count);
        foreach (var text in texts)
        {
            foreach (var piece in Pieces(text.Head.Length == 0 ? text.Body : $"{text.Head} {text.Body}"))
            {
                owners.Add(text.DocumentId);
                pieces.Add(piece);
            }
        }

        AddRemove(batch, collection, documents);
        batch.Add(
            Insert,
            collection.Id,
            owners.ToArray(),
            pieces.ToArray(),
            collection.Language,
            documents,
            texts.Select(text => text.Version).ToArray()
        );
    }

    /// <summary>Splits a long text at whitespace.</summary>
    internal static IEnumerable<string> Pieces(string text)
    {
        var start = 0;
        while (text.Length - start > PieceLength)
        {
            var end = start + PieceLength;
            while (end > start && !char.IsWhiteSpace(text[end - 1]))
            {
                end--;
            }

            if (end == start)
            {
                // No dictionary has a word longer than a piece, but a surrogate pair must not be split.
                end = start + PieceLength;
                end -= char.IsHighSurrogate(text[end - 1]) ? 1 : 0;
            }

            yield return text[start..end];
            start = end;
        }

        yield return start == 0 ? text : text[start..];
    }
}
