using System.Data;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Storage.Distribution;
using Npgsql;

namespace EmbedPlatform.SearchApi.Collections;

/// <summary>
/// Copies a collection inside the database, in one transaction of one snapshot: nothing is embedded again, the source stays readable and
/// writable, and an interrupted copy leaves nothing behind. Rows keep their order, so that equal scores keep theirs.
/// </summary>
internal sealed class CollectionCloner(
    NpgsqlDataSource database,
    CollectionStore store,
    CollectionTransaction transactions,
    IDistribution distribution,
    EmbeddingWakeUp signal
)
{
    private const int MaxAttempts = 4;

    // Keeps the source from being deleted or renamed until the copy is complete.
    private const string Keep = "SELECT id FROM collection WHERE id = $1 FOR KEY SHARE";

    private const string CopyKeys = """
        INSERT INTO document_key (collection_id, external_id, document_id)
        SELECT $2, k.external_id, nextval('document_id')
        FROM (SELECT external_id FROM document_key WHERE collection_id = $1 ORDER BY document_id) k
        """;

    private const string Copied = """
        WITH copied AS MATERIALIZED (
            SELECT o.document_id AS source, n.document_id AS target
            FROM document_key o JOIN document_key n ON n.external_id = o.external_id
            WHERE o.collection_id = $1 AND n.collection_id = $2
        )
        """;

    private const string CopyDocuments = $"""
        INSERT INTO document
            (id, collection_id, external_id, title, text, metadata, content_hash, text_hash, text_version, updated_at)
        {Copied}
        SELECT copied.target, $2, d.external_id, d.title, d.text, d.metadata, d.content_hash, d.text_hash, d.text_version, d.updated_at
        FROM document d JOIN copied ON copied.source = d.id
        WHERE d.collection_id = $1
        """;

    // A chunk is identified by its document and its id, so the copy can keep the id.
    private const string CopyChunks = $"""
        INSERT INTO chunk (id, document_id, ordinal, text, hash, vector_hash) OVERRIDING SYSTEM VALUE
        {Copied}
        SELECT c.id, copied.target, c.ordinal, c.text, c.hash, c.vector_hash FROM chunk c JOIN copied ON copied.source = c.document_id
        """;

    private const string CopyLexemes = $"""
        INSERT INTO document_lexeme (document_id, text_version, terms, length, positions, analyzer, words)
        {Copied}
        SELECT copied.target, l.text_version, l.terms, l.length, l.positions, l.analyzer, l.words
        FROM document_lexeme l JOIN copied ON copied.source = l.document_id
        """;

    private const string CopyWork = $"""
        INSERT INTO embedding_work (document_id, collection_id, failed_reason)
        {Copied}
        SELECT copied.target, $2, w.failed_reason FROM embedding_work w JOIN copied ON copied.source = w.document_id
        WHERE w.collection_id = $1
        """;

    private const string CopyTotals = """
        INSERT INTO lexical_total (collection_id, shard, documents, tokens)
        SELECT $2, 0, sum(documents), sum(tokens) FROM lexical_total WHERE collection_id = $1 HAVING count(*) > 0
        """;

    // The new keys have no statistics yet, so a nested loop over all postings would look cheap.
    private const string HashJoins = "SET LOCAL enable_nestloop = off";

    private const string CopyPostings = $"""
        INSERT INTO posting (document_id, collection_id, tf, length, term)
        {Copied}
        SELECT copied.target, $2, p.tf, p.length, p.term FROM posting p JOIN copied ON copied.source = p.document_id
        WHERE p.collection_id = $1 ORDER BY p.term, copied.target
        """;

    private static string CopyVectors(EmbeddingSpace source, long target) =>
        $"""
            INSERT INTO {EmbeddingSpace.TableOf(target)} (document_id, chunk_id, embedding)
            {Copied}
            SELECT copied.target, v.chunk_id, v.embedding FROM {source.Table} v JOIN copied ON copied.source = v.document_id
            """;

    /// <summary>Copies a collection under a new name; false if a collection or an alias has the name.</summary>
    public async Task<bool> CloneAsync(CollectionRecord source, string name, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CloneOnceAsync(source, name, cancellationToken);
            }
            // The name was taken, or the source was changed, after the snapshot.
            catch (PostgresException failure)
                when (attempt < MaxAttempts
                    && failure.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
                )
            {
                await Task.Delay(Random.Shared.Next(5, 50), cancellationToken);
            }
        }
    }

    private async Task<bool> CloneOnceAsync(CollectionRecord source, string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using (var keep = connection.Command(Keep, source.Id))
        {
            if (await keep.ExecuteScalarAsync(cancellationToken) is null)
            {
                throw Failures.ApiException.NoCollection(source.Name);
            }
        }

        var made = new NewCollection(
            source.Tenant,
            name,
            source.Language,
            source.ChunkTokens,
            source.ChunkOverlap,
            source.Settings,
            source.Space
        );
        if (await store.CreateInAsync(connection, made, source.AnalyzerVersion, cancellationToken) is not var (id, space))
        {
            return false;
        }

        string[] statements =
        [
            CopyKeys,
            CopyDocuments,
            CopyChunks,
            CopyLexemes,
            CopyVectors(source.Space, space),
            CopyWork,
            CopyTotals,
            HashJoins,
            CopyPostings,
        ];
        foreach (var statement in statements)
        {
            await using var copy = statement == HashJoins ? connection.Command(statement) : connection.Command(statement, source.Id, id);
            // Copying a large collection can exceed any fixed timeout.
            copy.CommandTimeout = 0;
            await copy.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        if (distribution.CommitsOnSeveralServers)
        {
            // The name was visible before the rows of other servers; results of that moment are cached under the first version.
            await transactions.RunAsync<bool>(id, (_, _) => Task.FromResult<(bool, bool)?>((true, true)), cancellationToken);
        }

        signal.Raise();
        return true;
    }
}
