using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Documents;

/// <summary>The result of storing a batch.</summary>
/// <param name="Changed">The ids of new or changed documents.</param>
/// <param name="Refused">The documents that PostgreSQL cannot store.</param>
internal sealed record BatchOutcome(HashSet<string> Changed, List<DocumentError> Refused);

/// <summary>Stores a batch of documents with their postings and pending work in one transaction.</summary>
internal sealed class DocumentWriter(CollectionTransaction transactions)
{
    // text_version stays if the text does.
    private const string Upsert = """
        INSERT INTO document AS d
            (id, collection_id, external_id, title, text, metadata, content_hash, text_hash, text_version, updated_at)
        SELECT u.row, $1, u.id, u.title, u.text, u.metadata::jsonb, u.content_hash, u.text_hash, $9, now()
        FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::bytea[])
             AS u(row, id, title, text, metadata, content_hash, text_hash)
        ON CONFLICT (id) DO UPDATE SET
            title = excluded.title,
            text = excluded.text,
            metadata = excluded.metadata,
            content_hash = excluded.content_hash,
            text_hash = excluded.text_hash,
            text_version = CASE WHEN d.text_hash = excluded.text_hash THEN d.text_version ELSE excluded.text_version END,
            updated_at = excluded.updated_at
        WHERE d.content_hash <> excluded.content_hash
        RETURNING d.id, d.external_id, d.text_version
        """;

    private const string Enqueue = """
        INSERT INTO embedding_work AS w (document_id, collection_id, task_id)
        SELECT id, $1, $3::uuid FROM unnest($2::bigint[]) AS u(id) ORDER BY id
        ON CONFLICT (document_id) DO UPDATE SET
            attempts = 0, ready_at = now(), lease = NULL, failed_reason = NULL, task_id = excluded.task_id
        """;

    /// <summary>Stores and commits documents with distinct ids.</summary>
    public async Task<BatchOutcome> WriteAsync(
        CollectionRecord collection,
        IReadOnlyList<DocumentInput> documents,
        Guid? task,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return new BatchOutcome(await WriteOnceAsync(collection, documents, task, cancellationToken), []);
        }
        catch (PostgresException failure) when (IsDataFault(failure))
        {
            return await IsolateAsync(collection, documents, task, failure, cancellationToken);
        }
    }

    /// <summary>Whether PostgreSQL rejects the content itself (data exceptions and program limits), so that a retry fails too.</summary>
    public static bool IsDataFault(PostgresException failure) =>
        failure.SqlState.StartsWith("22", StringComparison.Ordinal) || failure.SqlState.StartsWith("54", StringComparison.Ordinal);

    /// <summary>Bisects the batch to find the document that PostgreSQL rejects, and stores the others.</summary>
    private async Task<BatchOutcome> IsolateAsync(
        CollectionRecord collection,
        IReadOnlyList<DocumentInput> documents,
        Guid? task,
        PostgresException failure,
        CancellationToken cancellationToken
    )
    {
        if (documents.Count == 1)
        {
            var field =
                failure.MessageText.Contains("numeric", StringComparison.Ordinal)
                || failure.MessageText.Contains("json", StringComparison.Ordinal)
                    ? "metadata"
                    : null;
            return new BatchOutcome(
                [],
                [new DocumentError(documents[0].Index, documents[0].Id, field, $"cannot be stored: {failure.MessageText}")]
            );
        }

        var half = documents.Count / 2;
        var first = await WriteAsync(collection, [.. documents.Take(half)], task, cancellationToken);
        var second = await WriteAsync(collection, [.. documents.Skip(half)], task, cancellationToken);
        first.Changed.UnionWith(second.Changed);
        first.Refused.AddRange(second.Refused);
        return first;
    }

    private async Task<HashSet<string>> WriteOnceAsync(
        CollectionRecord collection,
        IReadOnlyList<DocumentInput> documents,
        Guid? task,
        CancellationToken cancellationToken
    ) =>
        (
            await transactions.RunAsync<HashSet<string>>(
                collection.Id,
                async (connection, transaction) =>
                {
                    var changed = await WriteInAsync(connection, transaction, collection, documents, task, cancellationToken);
                    return (changed, changed.Count > 0);
                },
                cancellationToken
            )
        )!;

    /// <summary>Stores documents with distinct ids within the caller's transaction.</summary>
    /// <returns>The ids of new or changed documents.</returns>
    public static async Task<HashSet<string>> WriteInAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        CollectionRecord collection,
        IReadOnlyList<DocumentInput> documents,
        Guid? task,
        CancellationToken cancellationToken
    )
    {
        var (rows, version) = await DocumentKeys.ClaimAsync(connection, collection, [.. documents.Select(d => d.Id)], cancellationToken);
        var (changed, texts) = await UpsertAsync(connection, collection, documents, rows, version, cancellationToken);
        if (texts.Count > 0)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            LexicalIndex.AddReplace(batch, collection, texts);
            AddEnqueue(batch, collection, [.. texts.Select(text => text.DocumentId)], task);
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        return changed;
    }

    /// <summary>Adds the statement that queues documents for embedding.</summary>
    public static void AddEnqueue(NpgsqlBatch batch, CollectionRecord collection, long[] rows, Guid? task) =>
        batch.Add(Enqueue, collection.Id, rows, task is { } id ? id : DBNull.Value);

    /// <summary>Stores the fields of documents whose keys the transaction has claimed.</summary>
    /// <param name="version">The version of changed texts.</param>
    /// <returns>The ids of new or changed documents, and the texts that changed.</returns>
    public static async Task<(HashSet<string> Changed, List<LexicalText> Texts)> UpsertAsync(
        NpgsqlConnection connection,
        CollectionRecord collection,
        IReadOnlyList<DocumentInput> documents,
        Dictionary<string, long> rows,
        long version,
        CancellationToken cancellationToken
    )
    {
        await using var upsert = connection.Command(
            Upsert,
            collection.Id,
            documents.Select(d => rows[d.Id]).ToArray(),
            documents.Select(d => d.Id).ToArray(),
            documents.Select(d => d.Title).ToArray(),
            documents.Select(d => d.Text).ToArray(),
            documents.Select(d => d.Metadata).ToArray(),
            documents.Select(d => d.ContentHash()).ToArray(),
            documents.Select(d => d.TextHash()).ToArray(),
            version
        );
        var byId = documents.ToDictionary(d => d.Id, StringComparer.Ordinal);
        var changed = new HashSet<string>(StringComparer.Ordinal);
        var texts = new List<LexicalText>();
        await using var reader = await upsert.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var document = byId[reader.GetString(1)];
            changed.Add(document.Id);
            if (reader.GetInt64(2) == version)
            {
                texts.Add(new LexicalText(reader.GetInt64(0), version, document.Indexed.Head, document.Indexed.Body));
            }
        }

        return (changed, texts);
    }
}
