using System.Text.Json;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Searching;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Documents;

/// <summary>Single documents in PostgreSQL.</summary>
internal sealed class DocumentStore(NpgsqlDataSource database)
{
    private const string Find = """
        SELECT d.external_id, d.title, d.text, d.metadata::text, d.updated_at, w.document_id IS NOT NULL, w.failed_reason IS NOT NULL
        FROM document d LEFT JOIN embedding_work w ON w.document_id = d.id
        WHERE d.collection_id = $1 AND d.external_id = $2
        """;

    private const string Lock = "SELECT id FROM document WHERE collection_id = $1 AND external_id = $2 FOR UPDATE";

    private const string Remove = "DELETE FROM document WHERE id = $1";

    private static string RemoveVectors(EmbeddingSpace space) => $"DELETE FROM {space.Table} WHERE document_id = $1";

    /// <summary>One document, or null.</summary>
    public async Task<StoredDocument?> FindAsync(CollectionRow collection, string id, CancellationToken cancellationToken)
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

        var state = reader.GetBoolean(6) ? "failed" : reader.GetBoolean(5) ? "pending" : "embedded";
        return new StoredDocument(
            reader.GetString(0),
            reader.GetStringOrNull(1),
            reader.GetString(2),
            reader.GetStringOrNull(3) is { } json ? JsonSerializer.Deserialize<JsonElement>(json) : null,
            reader.GetFieldValue<DateTimeOffset>(4),
            state);
    }

    /// <summary>Deletes a document with its postings, chunks, vectors and work; false where there is none.</summary>
    public async Task<bool> DeleteAsync(CollectionRow collection, string id, CancellationToken cancellationToken)
    {
        if (id.Contains('\0'))
        {
            return false;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var find = connection.Command(Lock, collection.Id, id);
        if (await find.ExecuteScalarAsync(cancellationToken) is not long row)
        {
            return false;
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        LexicalIndex.AddRemove(batch, collection, [row]);
        batch.Add(RemoveVectors(collection.Space), row);
        batch.Add(Remove, row);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
