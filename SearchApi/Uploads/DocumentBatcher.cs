using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Collections;
using EmbedPlatform.SearchApi.Documents;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Storage;
using Microsoft.Extensions.Options;

namespace EmbedPlatform.SearchApi.Uploads;

/// <summary>Stores a stream of documents in batches; it reads one batch while it writes the previous one.</summary>
internal sealed class DocumentBatcher(DocumentWriter writer, EmbeddingWakeUp signal, IOptions<IngestionOptions> options)
{
    private const int MaxCharacters = 4_000_000;

    /// <summary>Stores documents; on return, documents counted as written or unchanged are committed.</summary>
    /// <param name="cancellationToken">Ends the reading; a batch that is being written is completed.</param>
    /// <exception cref="UploadInterruptedException">The body or the database failed.</exception>
    public async Task StoreAsync(
        CollectionRecord collection,
        Guid task,
        IAsyncEnumerable<ParsedDocument> documents,
        UpsertCounters counters,
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
                counters.Receive();
                if (parsed.Document is not { } document)
                {
                    counters.Refuse(parsed.Error!);
                    continue;
                }

                batch.Add(document);
                characters += document.Text.Length;
                if (batch.Count >= options.Value.UpsertBatch || characters >= MaxCharacters)
                {
                    await writing;
                    writing = WriteAsync(collection, task, batch, counters);
                    (batch, characters) = ([], 0);
                }
            }

            await writing;
            await WriteAsync(collection, task, batch, counters);
        }
        catch (Exception failure)
        {
            // The current batch is committed or rolled back before the response reports its counts.
            await writing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (failure is ApiException || cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            throw new UploadInterruptedException(counters.Received, counters.Committed, failure);
        }
    }

    private async Task WriteAsync(CollectionRecord collection, Guid task, List<DocumentInput> batch, UpsertCounters counters)
    {
        if (batch.Count == 0)
        {
            return;
        }

        // Of several documents with one id the last one wins; the others share its result.
        var last = new Dictionary<string, DocumentInput>(StringComparer.Ordinal);
        foreach (var document in batch)
        {
            last[document.Id] = document;
        }

        var outcome = await writer.WriteAsync(collection, [.. last.Values], task, CancellationToken.None);
        counters.Count(batch, outcome);
        if (outcome.Changed.Count > 0)
        {
            signal.Raise();
        }
    }
}
