using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Documents;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Storage;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Uploads;

/// <summary>Stores a stream of documents in batches: while one is written the next is read, never more.</summary>
internal sealed class DocumentBatcher(DocumentWriter writer, EmbeddingWakeUp signal, IOptions<IngestionOptions> options)
{
    private const int MostCharacters = 4_000_000;

    /// <summary>Stores documents; when it returns, what it counts as written or unchanged is committed.</summary>
    /// <param name="collection">Where they go.</param>
    /// <param name="task">The task that they belong to.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="tally">Counts them.</param>
    /// <param name="cancellationToken">Ends the reading; a batch that is being written is written to its end.</param>
    /// <exception cref="UploadInterruptedException">The body or the database broke off; it says how much is committed.</exception>
    public async Task StoreAsync(
        CollectionRecord collection,
        Guid task,
        IAsyncEnumerable<ParsedDocument> documents,
        UpsertCounters tally,
        CancellationToken cancellationToken
    )
    {
        var batch = new List<DocumentInput>();
        var characters = 0L;
        var writing = Task.CompletedTask;
        try
        {
            await foreach (var parsed in documents.WithCancellation(cancellationToken))
            {
                tally.Receive();
                if (parsed.Document is not { } document)
                {
                    tally.Refuse(parsed.Error!);
                    continue;
                }

                batch.Add(document);
                characters += document.Text.Length;
                if (batch.Count >= options.Value.UpsertBatch || characters >= MostCharacters)
                {
                    await writing;
                    writing = WriteAsync(collection, task, batch, tally);
                    (batch, characters) = ([], 0);
                }
            }

            await writing;
            await WriteAsync(collection, task, batch, tally);
        }
        catch (Exception failure)
        {
            // A batch on its way is finished or rolled back before the answer is given.
            await writing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (failure is ApiException || cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            throw new UploadInterruptedException(tally.Received, tally.Committed, failure);
        }
    }

    private async Task WriteAsync(CollectionRecord collection, Guid task, List<DocumentInput> batch, UpsertCounters tally)
    {
        if (batch.Count == 0)
        {
            return;
        }

        // Of several with one id the last one counts; the others share its fate.
        var last = new Dictionary<string, DocumentInput>(StringComparer.Ordinal);
        foreach (var document in batch)
        {
            last[document.Id] = document;
        }

        var outcome = await writer.WriteAsync(collection, [.. last.Values], task, CancellationToken.None);
        tally.Count(batch, outcome);
        if (outcome.Changed.Count > 0)
        {
            signal.Raise();
        }
    }
}
