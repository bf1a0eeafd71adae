using System.Text.Json;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>A leased document.</summary>
/// <param name="TextVersion">The version of the text to embed.</param>
/// <param name="Attempts">The number of leases so far, including this one.</param>
/// <param name="Text">The searched text of the document.</param>
internal sealed record WorkItem(long DocumentId, long TextVersion, int Attempts, SearchText Text, WorkCollection Collection);

/// <summary>The settings of a collection that embedding depends on.</summary>
internal sealed record WorkCollection(long Id, int ChunkTokens, int ChunkOverlap, StoredSettings Settings, EmbeddingSpace Space);

/// <summary>The queue of pending documents, shared by the workers of all replicas.</summary>
internal sealed class EmbeddingQueue(NpgsqlDataSource database)
{
    private const string Take = """
        UPDATE embedding_work w SET ready_at = now() + $2, lease = $3, attempts = w.attempts + 1
        FROM (
            SELECT document_id FROM embedding_work
            WHERE failed_reason IS NULL AND ready_at <= now()
            ORDER BY ready_at, document_id LIMIT $1 FOR UPDATE SKIP LOCKED
        ) ready
        WHERE w.document_id = ready.document_id
        RETURNING w.document_id
        """;

    private const string Load = """
        SELECT d.id, d.text_version, w.attempts, d.title, d.text,
               CASE WHEN c.settings ? 'text_template' THEN d.metadata::text END,
               c.id, c.chunk_tokens, c.chunk_overlap, c.settings::text, s.id, s.model, s.revision, s.dimension, s.storage
        FROM embedding_work w
        JOIN document d ON d.id = w.document_id
        JOIN collection c ON c.id = d.collection_id
        JOIN embedding_space s ON s.id = c.space_id
        WHERE w.document_id = ANY($2) AND w.lease = $1
        ORDER BY d.id
        """;

    // A document that was deleted while all of its collection was queued for re-embedding.
    private const string Forget = "DELETE FROM embedding_work WHERE lease = $1 AND document_id = ANY($2)";

    private const string Renew = "UPDATE embedding_work SET ready_at = now() + $2 WHERE lease = $1";

    private const string Release = """
        UPDATE embedding_work SET ready_at = now() + $3, lease = NULL WHERE lease = $1 AND document_id = ANY($2)
        """;

    private const string SetAside = """
        UPDATE embedding_work SET failed_reason = $3, lease = NULL WHERE lease = $1 AND document_id = $2
        """;

    /// <summary>Leases ready documents; empty if there are none.</summary>
    public async Task<IReadOnlyList<WorkItem>> TakeAsync(int limit, TimeSpan lease, Guid token, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var taken = new List<long>(limit);
        await using (var take = connection.Command(Take, limit, lease, token))
        await using (var reader = await take.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                taken.Add(reader.GetInt64(0));
            }
        }

        if (taken.Count == 0)
        {
            return [];
        }

        var items = await LoadAsync(connection, token, taken, cancellationToken);
        var deleted = taken.Except(items.Select(item => item.DocumentId)).ToArray();
        if (deleted.Length > 0)
        {
            await connection.ExecuteAsync(Forget, cancellationToken, token, deleted);
        }

        return items;
    }

    public Task RenewAsync(Guid token, TimeSpan lease, CancellationToken cancellationToken) =>
        RunAsync(Renew, cancellationToken, token, lease);

    /// <summary>Ends the lease and delays the next attempt.</summary>
    public Task ReleaseAsync(Guid token, IEnumerable<WorkItem> items, TimeSpan wait, CancellationToken cancellationToken) =>
        RunAsync(Release, cancellationToken, token, items.Select(item => item.DocumentId).ToArray(), wait);

    /// <summary>Sets a document aside with the reason; a change of its text queues it again.</summary>
    public Task SetAsideAsync(Guid token, WorkItem item, string reason, CancellationToken cancellationToken) =>
        RunAsync(SetAside, cancellationToken, token, item.DocumentId, reason);

    private static async Task<List<WorkItem>> LoadAsync(
        NpgsqlConnection connection,
        Guid token,
        List<long> taken,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.Command(Load, token, taken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<WorkItem>();
        var collections = new Dictionary<long, WorkCollection>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetInt64(6);
            if (!collections.TryGetValue(id, out var collection))
            {
                collections[id] = collection = new WorkCollection(
                    id,
                    reader.GetInt32(7),
                    reader.GetInt32(8),
                    StoredSettings.Read(reader.GetString(9)),
                    new EmbeddingSpace(
                        reader.GetInt64(10),
                        reader.GetString(11),
                        reader.GetString(12),
                        reader.GetInt32(13),
                        reader.GetString(14)
                    )
                );
            }

            JsonElement? metadata = reader.GetStringOrNull(5) is { } json ? JsonSerializer.Deserialize<JsonElement>(json) : null;
            var text = collection.Settings.Template.Render(reader.GetStringOrNull(3), reader.GetString(4), metadata);
            items.Add(new WorkItem(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt32(2), text, collection));
        }

        return items;
    }

    private async Task RunAsync(string sql, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = database.Command(sql, parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
