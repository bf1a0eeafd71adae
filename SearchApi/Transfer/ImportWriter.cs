using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Documents;
using EmbedPlatform.SearchApi.Ingestion;
using EmbedPlatform.SearchApi.Storage;
using Npgsql;

namespace EmbedPlatform.SearchApi.Transfer;

/// <summary>The result of importing a batch.</summary>
/// <param name="Refused">The documents that PostgreSQL cannot store.</param>
internal sealed record ImportOutcome(long Written, long Unchanged, long Taken, long Queued, IReadOnlyList<ImportError> Refused);

/// <summary>
/// Stores a batch of documents with their chunks and vectors in one transaction: a document that is there is complete, so an import can
/// be repeated. New documents keep the order of the export, so that equal scores keep theirs.
/// </summary>
internal sealed class ImportWriter(CollectionTransaction transactions)
{
    private const string RemoveWork = "DELETE FROM embedding_work WHERE document_id = ANY($1)";

    /// <summary>Stores and commits documents with distinct ids.</summary>
    public async Task<ImportOutcome> WriteAsync(
        CollectionRecord collection,
        IReadOnlyList<ImportedDocument> documents,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (
                await transactions.RunAsync<ImportOutcome>(
                    collection.Id,
                    async (connection, transaction) =>
                    {
                        var outcome = await WriteInAsync(connection, transaction, collection, documents, cancellationToken);
                        return (outcome, outcome.Written > 0);
                    },
                    cancellationToken
                )
            )!;
        }
        catch (PostgresException failure) when (DocumentWriter.IsDataFault(failure))
        {
            return await IsolateAsync(collection, documents, failure, cancellationToken);
        }
    }

    private async Task<ImportOutcome> IsolateAsync(
        CollectionRecord collection,
        IReadOnlyList<ImportedDocument> documents,
        PostgresException failure,
        CancellationToken cancellationToken
    )
    {
        if (documents is [{ Document: var alone }])
        {
            return new(0, 0, 0, 0, [new ImportError(alone.Index, alone.Id, null, $"cannot be stored: {failure.MessageText}")]);
        }

        var half = documents.Count / 2;
        var first = await WriteAsync(collection, [.. documents.Take(half)], cancellationToken);
        var second = await WriteAsync(collection, [.. documents.Skip(half)], cancellationToken);
        return new(
            first.Written + second.Written,
            first.Unchanged + second.Unchanged,
            first.Taken + second.Taken,
            first.Queued + second.Queued,
            [.. first.Refused, .. second.Refused]
        );
    }

    private static async Task<ImportOutcome> WriteInAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        CollectionRecord collection,
        IReadOnlyList<ImportedDocument> documents,
        CancellationToken cancellationToken
    )
    {
        string[] ids = [.. documents.Select(imported => imported.Document.Id)];
        var (rows, version) = await DocumentKeys.ClaimInOrderAsync(connection, collection, ids, cancellationToken);
        var (changed, texts) = await DocumentWriter.UpsertAsync(
            connection,
            collection,
            [.. documents.Select(imported => imported.Document)],
            rows,
            version,
            cancellationToken
        );
        if (texts.Count == 0)
        {
            return new(changed.Count, documents.Count - changed.Count, 0, 0, []);
        }

        var embedded = documents
            .Where(imported => imported.Chunks is not null)
            .ToDictionary(imported => rows[imported.Document.Id], imported => imported.Chunks!);
        var texted = texts.Select(text => text.DocumentId).ToLookup(embedded.ContainsKey);
        long[] taken = [.. texted[true]];
        long[] queued = [.. texted[false]];
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            batch.Add(RemoveWork, taken);
            LexicalIndex.AddReplace(batch, collection, texts);
            DocumentWriter.AddEnqueue(batch, collection, queued, null);
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await EmbeddingWriter.ReplaceAsync(
            connection,
            collection.Space,
            [.. taken.Order().Select(row => (row, embedded[row]))],
            cancellationToken
        );
        return new(changed.Count, documents.Count - changed.Count, taken.Length, queued.Length, []);
    }
}
