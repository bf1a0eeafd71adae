using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;
using Npgsql;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>Counts the contents of a collection and detects different texts with equal vectors.</summary>
internal sealed class CollectionStatistics(NpgsqlDataSource database, IDistribution distribution, EmbeddingWakeUp signal)
{
    private const string Failures = """
        SELECT w.failed_reason, count(*), min(d.external_id)
        FROM embedding_work w JOIN document d ON d.id = w.document_id
        WHERE w.collection_id = $1 AND w.failed_reason IS NOT NULL
        GROUP BY w.failed_reason ORDER BY count(*) DESC, w.failed_reason LIMIT 20
        """;

    private const string Retry = """
        UPDATE embedding_work SET failed_reason = NULL, attempts = 0, ready_at = now(), lease = NULL
        WHERE collection_id = $1 AND failed_reason IS NOT NULL
        """;

    private string Totals(EmbeddingSpace space) =>
        $"""
            SELECT (SELECT coalesce(sum(documents), 0)::bigint FROM lexical_total WHERE collection_id = $1),
                   (SELECT coalesce(sum(tokens), 0)::bigint FROM lexical_total WHERE collection_id = $1),
                   (SELECT count(*) FROM embedding_work WHERE collection_id = $1 AND failed_reason IS NULL),
                   (SELECT count(*) FROM embedding_work WHERE collection_id = $1 AND failed_reason IS NOT NULL),
                   (SELECT extract(epoch FROM now() - min(d.updated_at))::float8
                    FROM embedding_work w JOIN document d ON d.id = w.document_id WHERE w.collection_id = $1 AND w.failed_reason IS NULL),
                   {distribution.TotalRelationSize($"'{space.Table}'::regclass")},
                   coalesce({distribution.RelationSize($"to_regclass('{space.Table}_hnsw')")}, 0),
                   chunks.count, chunks.documents, chunks.characters
            FROM (SELECT count(*), count(DISTINCT v.document_id) AS documents, coalesce(avg(length(c.text)), 0)::float8 AS characters
                  FROM {space.Table} v JOIN chunk c ON c.document_id = v.document_id AND c.id = v.chunk_id) chunks
            """;

    private static string EqualVectors(EmbeddingSpace space) =>
        $"""
            SELECT count(*) OVER (), sum(chunks) OVER (), chunks, one, other
            FROM (SELECT sum(n)::bigint AS chunks, min(example) AS one, max(example) AS other
                  FROM (SELECT c.vector_hash, count(*) AS n, min(left(c.text, 200)) AS example
                        FROM {space.Table} v JOIN chunk c ON c.document_id = v.document_id AND c.id = v.chunk_id
                        WHERE c.vector_hash IS NOT NULL GROUP BY c.vector_hash, c.hash) inputs
                  GROUP BY vector_hash HAVING count(*) > 1) equal
            ORDER BY chunks DESC LIMIT 5
            """;

    public async Task<CollectionStats> ReadAsync(CollectionRecord collection, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.Add(Totals(collection.Space), collection.Id);
        batch.Add(Failures, collection.Id);
        batch.Add(EqualVectors(collection.Space));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (documents, words, pending, failed) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
        double? oldest = reader.IsDBNull(4) ? null : Math.Round(Math.Max(0, reader.GetDouble(4)), 3);
        var (bytes, indexBytes, chunks, embedded) = (reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8));
        var characters = reader.GetDouble(9);

        await reader.NextResultAsync(cancellationToken);
        var failures = new List<FailureCount>();
        while (await reader.ReadAsync(cancellationToken))
        {
            failures.Add(new FailureCount(reader.GetString(0), reader.GetInt64(1), reader.GetString(2)));
        }

        await reader.NextResultAsync(cancellationToken);
        var (groups, members) = (0L, 0L);
        var examples = new List<EqualTexts>();
        while (await reader.ReadAsync(cancellationToken))
        {
            (groups, members) = (reader.GetInt64(0), (long)reader.GetDecimal(1));
            examples.Add(new EqualTexts(reader.GetInt64(2), reader.GetString(3), reader.GetString(4)));
        }

        var space = collection.Space;
        return new CollectionStats(
            documents,
            chunks,
            pending,
            failed,
            failures,
            new LexicalStats(words, Round(documents == 0 ? 0 : (double)words / documents)),
            new VectorStats(
                space.Model,
                space.Revision,
                space.Dimension,
                space.Type,
                bytes,
                indexBytes,
                Round(embedded == 0 ? 0 : (double)chunks / embedded),
                Round(characters),
                groups,
                members,
                examples
            ),
            oldest
        );
    }

    /// <summary>Queues failed documents again; returns their number.</summary>
    public async Task<long> RetryAsync(CollectionRecord collection, CancellationToken cancellationToken)
    {
        await using var command = database.Command(Retry, collection.Id);
        var documents = await command.ExecuteNonQueryAsync(cancellationToken);
        signal.Raise();
        return documents;
    }

    private static double Round(double value) => Math.Round(value, 2);
}
