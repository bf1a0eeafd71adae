using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Filters;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Documents;

internal sealed class DocumentStore(NpgsqlDataSource database, DocumentKeys keys, CollectionTransaction transactions)
{
    private const int DeletedTogether = 500;
    private const long MaxBytes = 8_000_000;

    private const string Columns = """
        SELECT d.external_id, d.title, d.text, d.metadata::text, d.updated_at, w.document_id IS NOT NULL, w.failed_reason IS NOT NULL

        """;

    private const string Find =
        Columns
        + """
            FROM document d LEFT JOIN embedding_work w ON w.document_id = d.id
            WHERE d.id = (SELECT k.document_id FROM document_key k WHERE k.collection_id = $1 AND k.external_id = $2)
            """;

    // A page of long texts ends early. The sizes are those on disk, which are known without reading the texts.
    private const string List =
        Columns
        + """
            , d.id, d.more
            FROM (
                SELECT page.*, lead(id) OVER pages IS NOT NULL AS more,
                       sum(pg_column_size(text)) OVER pages - pg_column_size(text) AS before
                FROM (SELECT * FROM document WHERE collection_id = $1 AND id > $2 ORDER BY id LIMIT $3 + 1) page
                WINDOW pages AS (ORDER BY id)
            ) d LEFT JOIN embedding_work w ON w.document_id = d.id
            WHERE d.before <= $4 ORDER BY d.id LIMIT $3
            """;

    // Chunks and terms go with their document.
    private const string Remove = "DELETE FROM document WHERE id = ANY($1)";

    private const string RemoveWork = """
        WITH gone AS (SELECT document_id FROM embedding_work WHERE document_id = ANY($1) ORDER BY document_id FOR UPDATE)
        DELETE FROM embedding_work w USING gone WHERE w.document_id = gone.document_id
        """;

    private static string RemoveVectors(EmbeddingSpace space) => $"DELETE FROM {space.Table} WHERE document_id = ANY($1)";

    public async Task<StoredDocument?> FindAsync(CollectionRecord collection, string id, CancellationToken cancellationToken)
    {
        if (id.Contains('\0'))
        {
            return null;
        }

        await using var command = database.Command(Find, collection.Id, id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        return Read(reader);
    }

    /// <summary>Returns a page of documents in the order of their first upload.</summary>
    /// <param name="cursor">The end of the previous page; null for the first page.</param>
    /// <returns>The documents and the next page's cursor, null on the last page.</returns>
    public async Task<(IReadOnlyList<StoredDocument> Documents, DocumentCursor? Next)> ListAsync(
        CollectionRecord collection,
        int limit,
        DocumentCursor? cursor,
        CancellationToken cancellationToken
    )
    {
        await using var command = database.Command(List, collection.Id, cursor?.Row ?? 0, limit, MaxBytes);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var documents = new List<StoredDocument>();
        DocumentCursor? next = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            documents.Add(Read(reader));
            next = reader.GetBoolean(8) ? new DocumentCursor(collection.Id, reader.GetInt64(7)) : null;
        }

        return (documents, next);
    }

    /// <summary>Deletes a document with its postings, chunks, vectors and pending work; false if it does not exist.</summary>
    public async Task<bool> DeleteAsync(CollectionRecord collection, string id, CancellationToken cancellationToken) =>
        await DeleteAsync(collection, [id], cancellationToken) > 0;

    /// <summary>Deletes documents with their postings, chunks, vectors and pending work; returns their number.</summary>
    public async Task<long> DeleteAsync(CollectionRecord collection, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var deleted = 0L;
        foreach (var part in ids.Where(id => !id.Contains('\0')).Distinct(StringComparer.Ordinal).Chunk(DeletedTogether))
        {
            deleted += await DeletePartAsync(collection, part, cancellationToken);
        }

        return deleted;
    }

    /// <summary>
    /// Deletes the documents that match a filter, in batches; returns their number. The filter is checked again under the row lock.
    /// </summary>
    public async Task<long> DeleteAsync(CollectionRecord collection, FilterNode filter, CancellationToken cancellationToken)
    {
        var (deleted, last) = (0L, 0L);
        while (true)
        {
            var ids = new List<string>();
            var parameters = new SqlParameters();
            var condition = FilterSql.Write(filter, parameters, "d");
            var sql = $"""
                SELECT d.external_id, d.id FROM document d
                WHERE d.collection_id = {parameters.Add(collection.Id)} AND d.id > {parameters.Add(last)} AND {condition}
                ORDER BY d.id LIMIT {parameters.Add(DeletedTogether)}
                """;
            await using (var command = parameters.Command(database, sql))
            await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    ids.Add(reader.GetString(0));
                    last = reader.GetInt64(1);
                }
            }

            if (ids.Count == 0)
            {
                return deleted;
            }

            deleted += await DeletePartAsync(collection, [.. ids], cancellationToken, filter);
        }
    }

    private async Task<long> DeletePartAsync(
        CollectionRecord collection,
        string[] ids,
        CancellationToken cancellationToken,
        FilterNode? filter = null
    ) =>
        await transactions.RunAsync<long>(
            collection.Id,
            (connection, transaction) => DeleteInAsync(connection, transaction, collection, ids, filter, cancellationToken),
            cancellationToken
        );

    private async Task<(long Deleted, bool Changed)?> DeleteInAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        CollectionRecord collection,
        string[] ids,
        FilterNode? filter,
        CancellationToken cancellationToken
    )
    {
        var locked = await keys.LockAsync(connection, collection, ids, cancellationToken);
        if (filter is not null && locked.Count > 0)
        {
            locked = await FilterAsync(connection, locked, filter, cancellationToken);
        }

        if (locked.Count == 0)
        {
            return null;
        }

        var rows = locked.Values.ToArray();
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Add(RemoveWork, rows);
        LexicalIndex.AddRemove(batch, collection, rows);
        batch.Add(RemoveVectors(collection.Space), rows);
        batch.Add(Remove, rows);
        DocumentKeys.AddRemove(batch, collection, [.. locked.Keys]);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return (rows.Length, true);
    }

    private static async Task<Dictionary<string, long>> FilterAsync(
        NpgsqlConnection connection,
        Dictionary<string, long> locked,
        FilterNode filter,
        CancellationToken cancellationToken
    )
    {
        var parameters = new SqlParameters();
        var sql = $"""
            SELECT d.external_id FROM document d
            WHERE d.id = ANY({parameters.Add(locked.Values.ToArray())}) AND {FilterSql.Write(filter, parameters, "d")}
            """;
        await using var command = parameters.Command(connection, sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var kept = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            kept[reader.GetString(0)] = locked[reader.GetString(0)];
        }

        return kept;
    }

    private static StoredDocument Read(NpgsqlDataReader reader) =>
        new(
            reader.GetString(0),
            reader.GetStringOrNull(1),
            reader.GetString(2),
            reader.GetStringOrNull(3) is { } json ? JsonSerializer.Deserialize<JsonElement>(json) : null,
            reader.GetFieldValue<DateTimeOffset>(4),
            (reader.GetBoolean(5), reader.GetBoolean(6)) switch
            {
                (_, true) => "failed",
                (true, _) => "pending",
                _ => "embedded",
            }
        );
}
