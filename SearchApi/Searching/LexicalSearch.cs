using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Searching;

/// <summary>A document that a leg found or scored.</summary>
/// <param name="DocumentId">The document's row.</param>
/// <param name="Score">The leg's score.</param>
internal readonly record struct LegHit(long DocumentId, double Score);

/// <summary>A query as BM25 reads it.</summary>
/// <param name="Terms">The terms that occur in the collection.</param>
/// <param name="Weights">Each term's idf, times how often the query has it.</param>
/// <param name="AverageLength">The mean length of the collection's documents.</param>
internal sealed record LexicalQuery(string[] Terms, double[] Weights, double AverageLength)
{
    /// <summary>The terms as a PostgreSQL tsquery that matches any of them; empty where there are none.</summary>
    public string ToTsQuery() => string.Join(" | ", Terms.Select(term =>
        $"'{term.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'"));
}

/// <summary>
/// BM25 over whole documents (Robertson and Zaragoza 2009, with Lucene's idf that is never negative):
/// sum of ln(1 + (N - df + 0.5) / (df + 0.5)) * tf (k1 + 1) / (tf + k1 (1 - b + b length / average)).
/// </summary>
internal sealed class LexicalSearch(NpgsqlDataSource database)
{
    /// <summary>How soon more occurrences stop to count.</summary>
    public const double K1 = 0.9;

    /// <summary>How much a long document is held back.</summary>
    public const double B = 0.4;

    // Compiling a query of a few milliseconds costs more than running it.
    private const string NoJit = "SELECT set_config('jit', 'off', true)";

    private const string Prepare = """
        WITH total AS (
            SELECT sum(documents)::float8 AS documents, sum(tokens)::float8 AS tokens FROM lexical_total WHERE collection_id = $1
        ), query AS (
            SELECT l.lexeme AS term, coalesce(cardinality(l.positions), 1) AS repeats,
                   (SELECT count(*) FROM posting p WHERE p.collection_id = $1 AND p.term = l.lexeme)::float8 AS df
            FROM unnest(to_tsvector($2::text::regconfig, $3)) AS l
        )
        SELECT q.term, q.repeats * ln(1 + (t.documents - q.df + 0.5) / (q.df + 0.5)), t.tokens / t.documents
        FROM query q, total t
        WHERE q.df > 0 AND t.documents > 0
        """;

    private const string Score = """
        SELECT p.document_id, sum(q.weight * p.tf * ($4 + 1) / (p.tf + $4 * (1 - $5 + $5 * p.length / $6))) AS score
        FROM unnest($2::text[], $3::float8[]) AS q(term, weight)
        JOIN posting p ON p.collection_id = $1 AND p.term = q.term

        """;

    private const string Top = Score + "GROUP BY p.document_id ORDER BY score DESC, p.document_id LIMIT $7";

    private const string Among = Score + "WHERE p.document_id = ANY($7) GROUP BY p.document_id";

    /// <summary>Reads a query in the collection's language.</summary>
    public async Task<LexicalQuery> PrepareAsync(CollectionRow collection, string query, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add(NoJit);
        batch.Add(Prepare, collection.Id, collection.Language, query);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var terms = new List<string>();
        var weights = new List<double>();
        var average = 1.0;
        while (await reader.ReadAsync(cancellationToken))
        {
            terms.Add(reader.GetString(0));
            weights.Add(reader.GetDouble(1));
            average = reader.GetDouble(2);
        }

        return new LexicalQuery([.. terms], [.. weights], average);
    }

    /// <summary>The best documents, best first.</summary>
    public Task<IReadOnlyList<LegHit>> TopAsync(CollectionRow collection, LexicalQuery query, int limit, CancellationToken cancellationToken) =>
        RunAsync(Top, collection, query, limit, cancellationToken);

    /// <summary>The scores of given documents; one without any of the terms is absent.</summary>
    public Task<IReadOnlyList<LegHit>> ScoreAsync(
        CollectionRow collection, LexicalQuery query, long[] documents, CancellationToken cancellationToken) =>
        RunAsync(Among, collection, query, documents, cancellationToken);

    private async Task<IReadOnlyList<LegHit>> RunAsync(
        string sql, CollectionRow collection, LexicalQuery query, object last, CancellationToken cancellationToken)
    {
        if (query.Terms.Length == 0)
        {
            return [];
        }

        await using var batch = database.CreateBatch();
        batch.Add(NoJit);
        batch.Add(sql, collection.Id, query.Terms, query.Weights, K1, B, query.AverageLength, last);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var hits = new List<LegHit>();
        while (await reader.ReadAsync(cancellationToken))
        {
            hits.Add(new LegHit(reader.GetInt64(0), reader.GetDouble(1)));
        }

        return hits;
    }
}
