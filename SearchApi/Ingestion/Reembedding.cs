using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Ingestion;

/// <summary>Re-embeds all documents of a collection; each keeps its old vectors until the new ones are written.</summary>
internal sealed class Reembedding(CollectionTransaction transactions, EmbeddingWakeUp signal)
{
    // An empty hash never matches, so the chunk is not reused.
    private const string Forget = "UPDATE chunk c SET hash = '' FROM document d WHERE d.id = c.document_id AND d.collection_id = $1";

    private const string Queue = """
        INSERT INTO embedding_work (document_id, collection_id)
        SELECT id, collection_id FROM document WHERE collection_id = $1 ORDER BY id
        ON CONFLICT (document_id) DO UPDATE SET attempts = 0, ready_at = now(), lease = NULL, failed_reason = NULL
        """;

    /// <summary>Queues all documents; returns their number.</summary>
    public async Task<long> QueueAsync(CollectionRecord collection, CancellationToken cancellationToken)
    {
        var documents = await transactions.RunAsync<long>(
            collection.Id,
            async (connection, _) =>
            {
                // The queue first: it ends the leases of workers that have read the old hashes.
                var queued = await connection.ExecuteAsync(Queue, cancellationToken, collection.Id);
                await connection.ExecuteAsync(Forget, cancellationToken, collection.Id);
                return (queued, false);
            },
            cancellationToken
        );
        signal.Raise();
        return documents;
    }
}
