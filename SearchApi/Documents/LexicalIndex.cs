using EmbedPlatform.SearchApi.Analysis;
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
            SELECT l.document_id, l.term, l.tf, l.place
            FROM unnest($2::bigint[], $3::text[], $4::integer[]) WITH ORDINALITY AS l(document_id, term, tf, place)
        ), indexed AS (
            INSERT INTO document_lexeme (document_id, text_version, terms, length, positions, analyzer, words)
            SELECT d.id, d.version, coalesce(l.terms, '{}'), d.length, d.positions, $9, d.words
            FROM unnest($5::bigint[], $6::bigint[], $7::integer[], $8::bytea[], $10::text[]) AS d(id, version, length, positions, words)
            LEFT JOIN (SELECT document_id, array_agg(term ORDER BY place) AS terms FROM lexeme GROUP BY document_id) l
                ON l.document_id = d.id
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
        var (vectors, words) = (new List<TermVector>(texts.Count), new List<string>(texts.Count));
        foreach (var text in texts)
        {
            var indexed = text.Head.Length == 0 ? text.Body : $"{text.Head} {text.Body}";
            var tokens = collection.Analyzer.Analyze(indexed);
            vectors.Add(TermVector.From(tokens));
            words.Add(WrittenWords.Join(collection.Analyzer, indexed, tokens));
        }

        var documents = texts.Select(text => text.DocumentId).ToArray();
        AddRemove(batch, collection, documents);
        batch.Add(
            Insert,
            collection.Id,
            vectors.Zip(documents, (vector, id) => Enumerable.Repeat(id, vector.Terms.Length)).SelectMany(ids => ids).ToArray(),
            vectors.SelectMany(vector => vector.Terms).ToArray(),
            vectors.SelectMany(vector => vector.Frequencies).ToArray(),
            documents,
            texts.Select(text => text.Version).ToArray(),
            vectors.Select(vector => vector.Length).ToArray(),
            vectors.Select(vector => TermVector.Encode(vector.Positions)).ToArray(),
            TextAnalyzer.Version,
            words.ToArray()
        );
    }
}
